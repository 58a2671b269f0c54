import HTTPServer
import QueryLanguage
import SchemaModel

/// The token of a request and the way it came (contract/system.md, 1.3).
struct Credentials {
    enum Source {
        case header, query, cookie
    }

    let token: String
    let source: Source

    /// - Parameter cookie: the name of the session cookie.
    /// - Returns: nil = no token: the public.
    /// - Throws: `INVALID_PAYLOAD` when it came twice.
    static func find(in request: HTTPRequest, cookie: String) throws(WireError) -> Credentials? {
        let header = bearer(request.headers.first("authorization"))
        let query = queryToken(request.query)
        if header != nil, query != nil {
            throw .invalidPayload("The request uses more than one method for including an access token")
        }
        if let header { return Credentials(token: header, source: .header) }
        if let query { return Credentials(token: query, source: .query) }
        return RequestCookies.value(of: cookie, in: request).map { Credentials(token: $0, source: .cookie) }
    }

    /// Exactly two words with one blank between, the first `bearer` in any case; anything else is ignored.
    private static func bearer(_ header: String?) -> String? {
        guard let header else { return nil }
        let bytes = header.utf8
        guard let blank = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let token = bytes[bytes.index(after: blank)...]
        guard !token.isEmpty, !token.contains(UInt8(ascii: " ")), header[..<blank].lowercased() == "bearer" else { return nil }
        return String(header[token.startIndex...])
    }

    private static func queryToken(_ query: String?) -> String? {
        guard let query, query.hasBytes("access_token=") else { return nil }
        for pair in query.split(separator: "&") where pair.hasPrefix("access_token=") {
            let value = pair.dropFirst("access_token=".count)
            if !value.isEmpty { return PercentCoding.decode(value) ?? String(value) }
        }
        return nil
    }
}

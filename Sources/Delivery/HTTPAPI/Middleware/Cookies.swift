import HTTPServer
import SchemaModel

/// A cookie that the API sets (contract/system.md, 3.1 and section 19).
package struct CookieAttributes: Sendable, Equatable {
    package enum SameSite: String, Sendable, CaseIterable {
        case lax, strict, none
    }

    package var name: String
    package var isSecure = false
    package var sameSite = SameSite.lax
    package var domain: String?

    package init(name: String) { self.name = name }

    /// A `Set-Cookie` header.
    /// - Parameter value: without characters that end a cookie's value: tokens have none.
    func setting(_ value: String, for lifetime: Duration) -> (name: String, value: String) {
        header(value, seconds: lifetime.components.seconds)
    }

    /// A `Set-Cookie` header that makes the client forget it.
    var clearing: (name: String, value: String) { header("", seconds: 0) }

    private func header(_ value: String, seconds: Int64) -> (name: String, value: String) {
        var text = "\(name)=\(value); Max-Age=\(seconds)"
        if let domain { text += "; Domain=\(domain)" }
        text += "; Path=/; HttpOnly"
        if isSecure { text += "; Secure" }
        let policy = sameSite.rawValue.prefix(1).uppercased() + sameSite.rawValue.dropFirst()
        return (name: "Set-Cookie", value: "\(text); SameSite=\(policy)")
    }
}

package struct CookieSettings: Sendable, Equatable {
    package var refresh = CookieAttributes(name: "directus_refresh_token")
    package var session = CookieAttributes(name: "directus_session_token")

    package init() {}
}

enum RequestCookies {
    /// - Returns: nil when there is none of that name, or an empty one.
    static func value(of name: String, in request: HTTPRequest) -> String? {
        guard let header = request.headers.first("cookie") else { return nil }
        for pair in header.split(separator: ";") {
            let pair = pair.drop { $0 == " " }
            guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
            let value = pair[pair.index(after: equals)...]
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }
}

/// The session cookie names nobody: the client is told to drop it, so that the next request succeeds.
struct StaleCookie: Error {
    let error: WireError
}

import Items
package import JSONText
import OpenAPIGeneration
import QueryLanguage
import SchemaModel

/// A read as it is written for an explanation: `GET /items/articles?filter[status][_eq]=draft`.
package struct ExplainedRequest: Sendable {
    /// As it was asked, for the explanation's first line.
    package let text: String
    let query: String?
    private let action: Operation.Action
    private let parameters: PathParameters
    private let body: JSONValue?

    /// What is no read that can be explained; in words for whoever asked.
    package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    private static let router = Router(OperationCatalogue.operations)

    /// - Parameters:
    ///   - text: method and target; without a method it is a GET. The query may be encoded or plain.
    ///   - body: of a SEARCH.
    /// - Throws: `Problem` for what is no read of the catalogue's that goes through the engine.
    package init(_ text: String, body: JSONValue?) throws(Problem) {
        let (method, target) = try ExplainedRequest.split(text)
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        query = parts.count > 1 ? ExplainedRequest.encoded(parts[1]) : nil
        if QueryText.value(of: "access_token", in: query) != nil {
            throw Problem(description: "leave the token out: who asks is said beside the request")
        }
        guard method == "GET" || method == "SEARCH" else {
            throw Problem(description: "only reads are explained (GET, SEARCH), and \(method) is none")
        }
        if method == "GET", body != nil { throw Problem(description: "a GET has no body; a SEARCH has one") }
        guard let match = ExplainedRequest.router.match(method: method, path: String(parts[0])) else {
            throw Problem(description: "there is no route \(method) \(parts[0])")
        }
        switch match.operation.action {
        case .items, .currentUser: action = match.operation.action
        default: throw Problem(description: "\(method) \(parts[0]) is no read of a collection's items")
        }
        parameters = match.parameters
        self.body = body
        self.text = "\(method) \(target)"
    }

    private static func split(_ text: String) throws(Problem) -> (method: String, target: String) {
        let trimmed = text.drop { $0 == " " }
        if trimmed.first == "/" { return ("GET", String(trimmed)) }
        let words = trimmed.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[1].first == "/" else {
            throw Problem(description: "a request is a method and a path, such as \"GET /items/articles?limit=5\"")
        }
        return (words[0].uppercased(), String(words[1]))
    }

    /// Characters that a URL can't hold are encoded, as a client does.
    private static func encoded(_ query: Substring) -> String {
        query.utf8.reduce(into: "") { out, byte in
            let isPlain = (0x21...0x7E).contains(byte) && !#""<>\^`{|}"#.utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            out += isPlain ? String(UnicodeScalar(byte)) : "%\(digits.count < 2 ? "0" : "")\(digits)"
        }
    }

    /// As the request names it.
    var collectionName: CollectionName? {
        switch action {
        case .items(_, .path): parameters["collection"].map { CollectionName($0) }
        case .items(_, .system(let name)): name
        default: CurrentUserRoutes.users
        }
    }

    /// - Parameter user: whose row `/users/me` is.
    /// - Throws: `INVALID_CREDENTIALS`, `FORBIDDEN`, `INVALID_PAYLOAD`, as the request would be refused.
    func read(by user: UserID?, in schema: SchemaSnapshot, limits: QueryLimits) throws(WireError) -> ReadRequest {
        guard case .items(let itemAction, let source) = action else {
            guard let user else { throw WireError(.invalidCredentials, message: "Invalid user credentials.") }
            return ReadRequest(collection: CurrentUserRoutes.users, target: .item(key: user.text), query: .text(query))
        }
        let collection = try collection(of: source, in: schema)
        switch itemAction {
        case .read: return ReadRequest(collection: collection, target: .item(key: parameters["id"] ?? ""), query: .text(query))
        case .search:
            let search = try BatchBody.parseSearch(body, limits: limits)
            let target = search.keys.map { ReadRequest.Target.keys($0) } ?? .collection
            let text: ReadRequest.Query = search.query.map { .parsed($0) } ?? .text(query)
            return ReadRequest(collection: collection, target: target, query: text)
        case .list, .create, .updateMany, .update, .deleteMany, .delete:
            return ReadRequest(collection: collection, target: .collection, query: .text(query))
        }
    }

    /// System collections have routes of their own.
    private func collection(of source: Operation.Source, in schema: SchemaSnapshot) throws(WireError) -> CollectionName {
        switch source {
        case .system(let name): return name
        case .path:
            let name = CollectionName(parameters["collection"] ?? "")
            if name.hasSystemPrefix || schema.traits(of: name)?.isSystem == true { throw .forbidden }
            return name
        }
    }
}

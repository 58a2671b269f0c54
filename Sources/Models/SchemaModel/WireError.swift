package import JSONText

/// One entry of an error answer: `{"message", "extensions": {…, "code"}}`. The status belongs to the code and stands in HTTPAPI.
package struct WireError: Error, Sendable, Equatable {
    package var code: ErrorCode
    package var message: String
    /// The members of `extensions` before `code`.
    package var extensions: [(key: String, value: JSONValue)]

    package init(_ code: ErrorCode, message: String, extensions: [(key: String, value: JSONValue)] = []) {
        self.code = code
        self.message = message
        self.extensions = extensions
    }

    package static func == (a: WireError, b: WireError) -> Bool {
        a.code == b.code && a.message == b.message && a.extensions.elementsEqual(b.extensions) { $0.key == $1.key && $0.value == $1.value }
    }
}

extension WireError {
    /// `Invalid query. <reason>.`
    package static func invalidQuery(_ reason: String) -> WireError {
        WireError(.invalidQuery, message: "Invalid query. \(reason).", extensions: [("reason", .string(reason))])
    }

    /// `Invalid payload. <reason>.`
    package static func invalidPayload(_ reason: String) -> WireError {
        WireError(.invalidPayload, message: "Invalid payload. \(reason).", extensions: [("reason", .string(reason))])
    }

    /// A missing item, a malformed key, a system collection under `/items`: no reason.
    package static let forbidden = WireError(.forbidden, message: "You don't have permission to access this.")

    package static func forbidden(reason: String) -> WireError {
        WireError(.forbidden, message: reason, extensions: [("reason", .string(reason))])
    }

    /// - Parameter path: the relational path from the root (`author.mentor`); empty = root.
    package static func forbidden(collection: CollectionName, path: [String] = []) -> WireError {
        forbidden(
            reason: "You don't have permission to access collection \"\(collection)\" or it does not exist. Queried in \(place(path)).")
    }

    package static func forbidden(fields: [String], of collection: CollectionName, path: [String] = []) -> WireError {
        let names = fields.map { "\"\($0)\"" }.joined(separator: ", ")
        let text =
            fields.count == 1
            ? "field \(names) in collection \"\(collection)\" or it does not exist"
            : "fields \(names) in collection \"\(collection)\" or they do not exist"
        return forbidden(reason: "You don't have permission to access \(text). Queried in \(place(path)).")
    }

    /// The rows that may not be changed, or an action without a grant (contract/items.md, 1.9).
    package static func forbidden(action: String, on collection: CollectionName, fields: [String] = []) -> WireError {
        if fields.isEmpty {
            return forbidden(
                reason: "You don't have permission to perform \"\(action)\" for collection \"\(collection)\" or it does not exist.")
        }
        let names = fields.map { "\"\($0)\"" }.joined(separator: ", ")
        return forbidden(
            reason:
                "You don't have permissions to perform \"\(action)\" for the field(s) \(names) in collection \"\(collection)\" or it does not exist.")
    }

    private static func place(_ path: [String]) -> String { path.isEmpty ? "root" : "\"\(path.joined(separator: "."))\"" }
}

/// Several errors that are answered together (validation).
package struct WireErrors: Error, Sendable, Equatable {
    package var errors: [WireError]
    package init(_ errors: [WireError]) { self.errors = errors }
}

import HTTPServer
import JSONText
import Postgres
import SchemaModel

/// An error on the wire: `{"errors":[{"message","extensions":{…,"code"}}]}`.
struct ErrorAnswer {
    let status: Int
    let errors: [WireError]
    let retryAfter: Int?

    /// - Parameter isAdmin: admins see the message of an unknown failure.
    init(_ error: any Error, isAdmin: Bool, requestID: String) {
        switch error {
        case let error as WireError: self.init([error])
        case let errors as WireErrors: self.init(errors.errors)
        case let error as PostgresError: self.init(database: error, isAdmin: isAdmin, requestID: requestID)
        default: self.init([ErrorAnswer.unexpected("\(error)", isAdmin: isAdmin, requestID: requestID)])
        }
    }

    private init(_ errors: [WireError], retryAfter: Int? = nil) {
        self.errors = errors
        let statuses = Set(errors.map(\.code.status))
        status = statuses.count == 1 ? statuses.first ?? 500 : 500
        self.retryAfter = retryAfter
    }

    private init(database error: PostgresError, isAdmin: Bool, requestID: String) {
        switch error {
        case .unavailable, .connectionLost, .shutdown: self.init([ErrorAnswer.unavailable("The database is not available")], retryAfter: 1)
        case .timeout, .cancelled: self.init([ErrorAnswer.unavailable("The query took too long")], retryAfter: 5)
        case .server, .invalidBind, .transactionAborted, .misuse:
            self.init([ErrorAnswer.unexpected(error.description, isAdmin: isAdmin, requestID: requestID)])
        }
    }

    private static func unavailable(_ reason: String) -> WireError {
        WireError(
            .serviceUnavailable, message: "Service \"database\" is unavailable. \(reason).",
            extensions: [("service", "database"), ("reason", .string(reason))])
    }

    private static func unexpected(_ message: String, isAdmin: Bool, requestID: String) -> WireError {
        WireError(
            .internalServerError, message: isAdmin ? message : "An unexpected error occurred.", extensions: [("requestId", .string(requestID))])
    }

    /// - Parameter more: headers besides those of every error.
    func response(with more: [(name: String, value: String)] = []) -> HTTPResponse {
        var headers = AnswerHeaders.always + [AnswerHeaders.json] + more
        if let retryAfter { headers.append((name: "Retry-After", value: String(retryAfter))) }
        return HTTPResponse(status: status, headers: headers, body: .bytes(body))
    }

    var body: ByteBuffer {
        var writer = ByteWriter(capacity: 256)
        writer.append("{\"errors\":[" as StaticString)
        for (index, error) in errors.enumerated() {
            if index > 0 { writer.append(UInt8(ascii: ",")) }
            writer.append("{\"message\":" as StaticString)
            writer.appendJSON(error.message)
            writer.append(",\"extensions\":{" as StaticString)
            for member in error.extensions {
                writer.appendJSON(member.key)
                writer.append(UInt8(ascii: ":"))
                writer.append(member.value)
                writer.append(UInt8(ascii: ","))
            }
            writer.append("\"code\":" as StaticString)
            writer.appendJSON(error.code.rawValue)
            writer.append("}}" as StaticString)
        }
        writer.append("]}" as StaticString)
        return writer.finish()
    }
}

extension WireError {
    static func routeNotFound(_ path: String) -> WireError {
        WireError(.routeNotFound, message: "Route \(path) doesn't exist.", extensions: [("path", .string(path))])
    }
}

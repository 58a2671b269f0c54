import HTTPServer
import JSONText
import SchemaModel

/// The body of a request as JSON. Only `application/json` counts; any other content type is an empty body (contract/system.md, 1.1).
enum JSONBody {
    /// - Returns: nil = no body.
    /// - Throws: `INVALID_PAYLOAD` for malformed JSON, a bare scalar, or more than `limit` bytes.
    static func read(_ request: HTTPRequest, limit: Int) async throws -> JSONValue? {
        guard isJSON(request.headers.first("content-type")) else {
            request.body.ignore()
            return nil
        }
        let bytes: [UInt8]
        do {
            bytes = try await request.body.collect(limit: limit)
        } catch HTTPBodyError.tooLarge {
            throw WireError.invalidPayload("request entity too large")
        }
        if bytes.isEmpty { return nil }
        let value: JSONValue
        do {
            // Editors of some systems begin each file with a mark of its byte order (RFC 8259, section 8.1: it may be ignored).
            value = try JSONParser.parse(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
        } catch {
            throw WireError.invalidPayload(error.description)
        }
        switch value {
        case .object, .array: return value
        case .null, .bool, .number, .string: throw WireError.invalidPayload("Unexpected token in JSON: only an object or a list is allowed")
        }
    }

    private static func isJSON(_ type: String?) -> Bool {
        guard let type else { return false }
        return type.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } == "application/json" } ?? false
    }
}

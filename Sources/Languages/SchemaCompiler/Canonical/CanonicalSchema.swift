import Digests
import JSONText
package import SchemaModel

/// A model as one JSON text, and back. The journal keeps it.
///
/// - Shape: one object, compact; members in a fixed order; what has its default value is left out. The same model gives the same bytes.
/// - Law: `decode(encode(x))` has the collections, relations and access of `x`.
/// - Errors: decoding throws `CanonicalSchemaError`.
package enum CanonicalSchema {
    /// Of the text's form. A newer program reads older ones.
    package static let format = 1

    /// Everything, places in files too.
    package static func encode(_ snapshot: SchemaSnapshot) -> String {
        CanonicalEncoding(origins: .kept).encode(snapshot).text
    }

    /// A digest of what the model says, 64 hexadecimal digits. Lines that move, comments and file names do not change it.
    package static func fingerprint(_ snapshot: SchemaSnapshot) -> String {
        HashFunction.sha256.digest(of: CanonicalEncoding(origins: .left).encode(snapshot).text).hex
    }

    package static func decode(_ text: String) throws(CanonicalSchemaError) -> SchemaSnapshot {
        let value: JSONValue
        do { value = try JSONParser.parse(text) } catch { throw .notJSON(error.description) }
        let root = try CanonicalReading(value, "schema")
        let format = try root.integer("format")
        guard format <= CanonicalSchema.format else { throw .newerFormat(format) }
        return try root.snapshot()
    }
}

/// Why a text is no canonical schema.
package enum CanonicalSchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    case notJSON(String)
    /// Written by a newer program.
    case newerFormat(Int)
    /// A member is missing or has another form; by its path.
    case malformed(String)

    package var description: String {
        switch self {
        case .notJSON(let reason): "the recorded schema is no JSON: \(reason)"
        case .newerFormat(let format): "the recorded schema has format \(format); this program reads up to \(CanonicalSchema.format)"
        case .malformed(let path): "the recorded schema is malformed at \(path)"
        }
    }
}

/// The members of an object in the order they are put; defaults are left out.
struct MemberList {
    private var members: [(key: String, value: JSONValue)] = []

    mutating func put(_ key: String, _ value: JSONValue?) {
        if let value { members.append((key, value)) }
    }
    mutating func put(_ key: String, _ text: String?) { put(key, text.map { JSONValue.string($0) }) }
    mutating func put(_ key: String, _ number: Int?) { put(key, number.map { JSONValue.integer($0) }) }
    mutating func put(_ key: String, _ flag: Bool, unless fallback: Bool) {
        if flag != fallback { members.append((key, .bool(flag))) }
    }
    mutating func put(_ key: String, _ texts: [String], unless fallback: [String]) {
        if texts != fallback { members.append((key, .array(texts.map { .string($0) }))) }
    }
    mutating func put(_ key: String, _ values: [JSONValue]) {
        if !values.isEmpty { members.append((key, .array(values))) }
    }

    var isEmpty: Bool { members.isEmpty }
    var object: JSONValue { .object(JSONObject(unique: members)) }
}

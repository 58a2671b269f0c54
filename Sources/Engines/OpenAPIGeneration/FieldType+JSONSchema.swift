import JSONText
import SchemaModel

typealias Members = [(key: String, value: JSONValue)]

extension FieldType {
    /// The members of the schema of a value on the wire, without null; empty = anything.
    var schemaMembers: Members {
        switch self {
        case .string, .text, .hash, .binary, .unknown: [("type", "string")]
        case .boolean: [("type", "boolean")]
        case .integer: [("type", "integer"), ("format", "int32")]
        // Text, since JavaScript's numbers can't hold them.
        case .bigInteger: [("type", "string"), ("format", "int64")]
        case .float: [("type", "number"), ("format", "double")]
        case .decimal: [("type", "string"), ("format", "decimal")]
        case .date: [("type", "string"), ("format", "date")]
        case .time: [("type", "string"), ("format", "time-local")]
        case .dateTime: [("type", "string"), ("format", "date-time-local")]
        case .timestamp: [("type", "string"), ("format", "date-time")]
        case .json, .alias: []
        case .csv: [("type", "array"), ("items", ["type": "string"])]
        case .uuid: [("type", "string"), ("format", "uuid")]
        case .geometry(let kind):
            [
                ("type", "object"),
                (
                    "properties",
                    [
                        "type": ["type": "string", "enum": .array((kind.map { [$0] } ?? GeometryKind.allCases).map { .string($0.rawValue) })],
                        "coordinates": ["type": "array", "items": [:]],
                    ]
                ),
            ]
        }
    }

    /// Whether a value of a definition (a choice, a default) is one of the type's on the wire.
    func admits(_ value: JSONValue) -> Bool {
        switch self {
        case .string, .text, .uuid: value.string != nil
        case .integer: value.number?.int != nil
        case .float: value.number != nil
        case .boolean: value.bool != nil
        case .bigInteger, .decimal, .date, .time, .dateTime, .timestamp, .json, .csv, .hash, .binary, .geometry, .alias, .unknown: false
        }
    }
}

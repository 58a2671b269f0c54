/// What a field's values are. A closed set: each concern (SQL, JSON, operators, OpenAPI) switches over it in one file without `default`.
package enum FieldType: Hashable, Sendable {
    case string, text, boolean
    case integer, bigInteger, float, decimal
    case date, time, dateTime, timestamp
    case json, csv, uuid, hash, binary
    /// PostGIS; nil is any kind.
    case geometry(GeometryKind?)
    /// No column: relations' one side, groups, presentation.
    case alias
    /// A column of a type that the language does not know (found in existing tables); passed through as text.
    case unknown

    /// The word for it on the wire and in YAML: `bigInteger`, `geometry.Point`.
    package var wireName: String {
        switch self {
        case .string: "string"
        case .text: "text"
        case .boolean: "boolean"
        case .integer: "integer"
        case .bigInteger: "bigInteger"
        case .float: "float"
        case .decimal: "decimal"
        case .date: "date"
        case .time: "time"
        case .dateTime: "dateTime"
        case .timestamp: "timestamp"
        case .json: "json"
        case .csv: "csv"
        case .uuid: "uuid"
        case .hash: "hash"
        case .binary: "binary"
        case .geometry(nil): "geometry"
        case .geometry(let kind?): "geometry.\(kind.rawValue)"
        case .alias: "alias"
        case .unknown: "unknown"
        }
    }

    /// All types that have a word, in the order of the documentation.
    package static let allNamed: [FieldType] =
        [
            .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .json, .csv, .uuid, .hash,
            .binary, .geometry(nil),
        ] + GeometryKind.allCases.map { .geometry($0) } + [.alias, .unknown]

    package init?(wireName: String) {
        guard let type = FieldType.byName[wireName] else { return nil }
        self = type
    }

    private static let byName: [String: FieldType] = Dictionary(uniqueKeysWithValues: allNamed.map { ($0.wireName, $0) })
}

package enum GeometryKind: String, CaseIterable, Hashable, Sendable {
    case point = "Point"
    case lineString = "LineString"
    case polygon = "Polygon"
    case multiPoint = "MultiPoint"
    case multiLineString = "MultiLineString"
    case multiPolygon = "MultiPolygon"
}

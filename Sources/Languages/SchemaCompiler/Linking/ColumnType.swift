import SchemaModel

/// A column's PostgreSQL type with its limits, and what its values are on the wire.
struct ColumnType: Sendable, Equatable {
    var type: FieldType
    var dataType: String
    var maxLength: Int?
    var precision: Int?
    var scale: Int?

    init(type: FieldType, dataType: String, maxLength: Int? = nil, precision: Int? = nil, scale: Int? = nil) {
        self.type = type
        self.dataType = dataType
        self.maxLength = maxLength
        self.precision = precision
        self.scale = scale
    }

    /// The usual column of a type; nil for `alias`, and for `unknown`, which has none. Source: contract/items.md, 3.1.
    static func standard(_ type: FieldType) -> ColumnType? {
        switch type {
        case .string: ColumnType(type: type, dataType: "character varying", maxLength: 255)
        case .text, .csv: ColumnType(type: type, dataType: "text")
        case .boolean: ColumnType(type: type, dataType: "boolean")
        case .integer: ColumnType(type: type, dataType: "integer")
        case .bigInteger: ColumnType(type: type, dataType: "bigint")
        case .float: ColumnType(type: type, dataType: "real")
        case .decimal: ColumnType(type: type, dataType: "numeric", precision: 10, scale: 5)
        case .date: ColumnType(type: type, dataType: "date")
        case .time: ColumnType(type: type, dataType: "time without time zone")
        case .dateTime: ColumnType(type: type, dataType: "timestamp without time zone")
        case .timestamp: ColumnType(type: type, dataType: "timestamp with time zone")
        case .json: ColumnType(type: type, dataType: "json")
        case .uuid: ColumnType(type: type, dataType: "uuid")
        case .hash: ColumnType(type: type, dataType: "character varying", maxLength: 255)
        case .binary: ColumnType(type: type, dataType: "bytea")
        case .geometry(let kind): ColumnType(type: type, dataType: "geometry(\(kind?.rawValue ?? "Geometry"),4326)")
        case .alias, .unknown: nil
        }
    }

    /// An author's `column:`, in PostgreSQL's long form: `varchar(20)` is `character varying` with 20 characters.
    /// - Returns: nil for a text that can't be the name of a type.
    static func parse(_ text: String, for type: FieldType) -> ColumnType? {
        let allowed = text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789 _(),[].\"".unicodeScalars.contains($0) }
        guard allowed, let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "_" || first == "\"" else { return nil }
        var base = text
        var arguments: [Int] = []
        if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
            let parts = text[text.index(after: open)...].dropLast().split(separator: ",")
            let numbers = parts.compactMap { part in Int(part.drop { $0 == " " }) }
            if numbers.count == parts.count {
                base = String(text[..<open])
                arguments = numbers
            }
        }
        let long = longForms[base.lowercased()] ?? base
        switch long {
        case "character varying", "bit varying":
            return ColumnType(type: type, dataType: long, maxLength: arguments.first)
        case "character", "bit":
            return ColumnType(type: type, dataType: long, maxLength: arguments.first ?? 1)
        case "numeric":
            let scale = arguments.count > 1 ? arguments[1] : arguments.isEmpty ? nil : 0
            return ColumnType(type: type, dataType: long, precision: arguments.first, scale: scale)
        default:
            return ColumnType(type: type, dataType: arguments.isEmpty ? long : text)
        }
    }

    private static let longForms: [String: String] = [
        "varchar": "character varying", "character varying": "character varying", "char": "character", "bpchar": "character",
        "character": "character", "varbit": "bit varying", "bit varying": "bit varying", "bit": "bit", "int": "integer", "int4": "integer",
        "integer": "integer", "int2": "smallint", "int8": "bigint", "bool": "boolean", "float4": "real", "float8": "double precision",
        "decimal": "numeric", "numeric": "numeric", "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
        "timetz": "time with time zone", "time": "time without time zone", "text": "text",
    ]
}

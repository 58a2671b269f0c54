import SchemaModel

extension Column {
    /// The column that a field of this type has when nothing more is said; nil for aliases.
    static func usual(for type: FieldType) -> Column? {
        switch type {
        case .string: Column(dataType: "character varying", maxLength: 255)
        case .text, .csv: Column(dataType: "text")
        case .boolean: Column(dataType: "boolean")
        case .integer: Column(dataType: "integer")
        case .bigInteger: Column(dataType: "bigint")
        case .float: Column(dataType: "real")
        case .decimal: Column(dataType: "numeric", precision: 10, scale: 5)
        case .date: Column(dataType: "date")
        case .time: Column(dataType: "time without time zone")
        case .dateTime: Column(dataType: "timestamp without time zone")
        case .timestamp: Column(dataType: "timestamp with time zone")
        case .json: Column(dataType: "json")
        case .uuid: Column(dataType: "uuid")
        case .hash: Column(dataType: "character varying", maxLength: 255)
        case .binary: Column(dataType: "bytea")
        case .geometry(let kind): Column(dataType: "geometry(\(kind?.rawValue ?? "Geometry"),4326)")
        case .alias: nil
        case .unknown: Column(dataType: "text")
        }
    }
}

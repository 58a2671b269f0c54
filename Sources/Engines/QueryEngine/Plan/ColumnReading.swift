import QueryLanguage
import SQLText
import SchemaModel

/// Which expression reads a column, and how its text becomes JSON (contract/items.md, 3.1, 3.2, 3.5).
enum ColumnReading {
    /// - Parameter column: the (masked) column.
    static func expression(_ column: SQLFragment, of field: Field) -> SQLFragment {
        if field.isConcealed {
            // The secret does not leave the database.
            return field.isTextual ? "CASE WHEN \(column) <> '' THEN '**********' END" : "CASE WHEN (\(column)) IS NOT NULL THEN '**********' END"
        }
        if case .geometry = field.type, isPostGIS(field) { return "ST_AsGeoJSON(\(column))" }
        if isArray(field) { return "array_to_json(\(column))" }
        return column
    }

    /// The type of `expression`; nil = one that is not known by name, or whose values another's column would change.
    static func type(of field: Field) -> SQLType? {
        if field.isConcealed { return .text }
        if case .geometry = field.type, isPostGIS(field) { return .text }
        if isArray(field) { return .json }
        return columnType(of: field)
    }

    /// The same of the column as it is.
    static func columnType(of field: Field) -> SQLType? {
        switch field.column?.dataType ?? "" {
        case "json": return .json
        case "jsonb": return .jsonb
        case "character", "char", "bpchar", "citext": return nil
        default: return field.bindType == .inferred || field.column == nil ? nil : field.bindType
        }
    }

    static func type(of function: FieldFunction) -> SQLType {
        switch function {
        case .count: .integer
        case .year, .month, .week, .day, .weekday, .hour, .minute, .second: .numeric
        }
    }

    static func encoder(of field: Field) -> CellEncoder {
        if field.isConcealed { return .quoted }
        let dataType = field.column?.dataType ?? ""
        if dataType == "numeric" { return .quoted }
        if isArray(field) { return .json }
        switch field.type {
        case .string, .text, .hash, .alias: return .text
        case .boolean: return dataType == "boolean" ? .boolean : .text
        case .integer: return dataType == "integer" || dataType == "smallint" ? .raw : .text
        case .bigInteger, .decimal: return .quoted
        case .float: return dataType == "real" || dataType == "double precision" ? .float : .text
        case .date: return dataType == "date" ? .quoted : timed(dataType)
        case .time: return .quoted
        case .dateTime: return timed(dataType)
        case .timestamp: return timed(dataType)
        case .json: return dataType == "json" || dataType == "jsonb" ? .json : .jsonOrText
        case .csv: return .csv
        case .uuid: return dataType == "uuid" ? .quoted : .text
        case .binary: return .buffer
        case .geometry: return isPostGIS(field) ? .json : .text
        case .unknown: return dataType == "bytea" ? .buffer : .text
        }
    }

    private static func timed(_ dataType: String) -> CellEncoder {
        switch dataType {
        case "timestamp with time zone", "timestamptz": .timestamptz
        case "timestamp without time zone", "timestamp": .timestamp
        case "date": .quoted
        default: .text
        }
    }

    private static func isPostGIS(_ field: Field) -> Bool {
        let dataType = field.column?.dataType ?? ""
        return dataType.hasPrefix("geometry") || dataType.hasPrefix("geography") || dataType.hasPrefix("public.geometry")
    }

    private static func isArray(_ field: Field) -> Bool { field.column?.dataType.hasSuffix("[]") == true }

    static func encoder(of function: FieldFunction) -> CellEncoder {
        switch function {
        case .count: .raw
        case .year, .month, .week, .day, .weekday, .hour, .minute, .second: .quoted
        }
    }

    /// An aggregate over a column (nil = `*`) and how its value reads.
    static func aggregate(_ function: AggregateFunction, _ column: SQLFragment?, _ field: Field?) -> (SQLFragment, CellEncoder) {
        guard let column, let field else { return ("count(*)", .quoted) }
        let isFloat = field.column?.dataType == "real" || field.column?.dataType == "double precision"
        switch function {
        case .count, .countAll: return ("count(\(column))", .quoted)
        case .countDistinct: return ("count(DISTINCT \(column))", .quoted)
        case .sum: return ("sum(\(column))", isFloat ? .float : .quoted)
        case .sumDistinct: return ("sum(DISTINCT \(column))", isFloat ? .float : .quoted)
        case .avg: return ("avg(\(column))", isFloat ? .float : .quoted)
        case .avgDistinct: return ("avg(DISTINCT \(column))", isFloat ? .float : .quoted)
        case .min: return (expression("min(\(column))", of: field), encoder(of: field))
        case .max: return (expression("max(\(column))", of: field), encoder(of: field))
        }
    }
}

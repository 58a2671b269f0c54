import JSONText
import SchemaModel

/// How a column's facts are written on the wire, where our model keeps less or other words. Source: contract/system.md, 12.2.
enum WireColumn {
    /// `geometry(Point,4326)` is `POINT` on the wire; every other type is written as PostgreSQL says it.
    static func dataType(of column: Column) -> String {
        guard let kind = geometryKind(column.dataType) else { return column.dataType }
        return kind.uppercased()
    }

    /// The model's type of a wire word: `POINT` is `geometry(Point,4326)`.
    static func modelType(_ word: String) -> String {
        guard word.uppercased() == word else { return word }
        if word == "GEOMETRY" { return geometry("Geometry") }
        let kind = GeometryKind.allCases.first { $0.rawValue.uppercased() == word }
        return kind.map { geometry($0.rawValue) } ?? word
    }

    private static func geometry(_ kind: String) -> String { "geometry(\(kind),4326)" }

    private static func geometryKind(_ dataType: String) -> String? {
        guard dataType.hasPrefix("geometry") else { return nil }
        guard let open = dataType.firstIndex(of: "(") else { return dataType == "geometry" ? dataType : nil }
        let inside = dataType[dataType.index(after: open)...].prefix { $0 != "," && $0 != ")" }
        return String(inside)
    }

    /// Precision and scale as the wire shows them; only `numeric` has its own.
    static func numbers(of column: Column) -> (precision: Int?, scale: Int?) {
        switch column.dataType {
        case "smallint": (16, 0)
        case "integer": (32, 0)
        case "bigint": (64, 0)
        case "real": (24, nil)
        case "double precision": (53, nil)
        case "numeric": (column.precision, column.precision == nil ? nil : column.scale ?? 0)
        default: (nil, nil)
        }
    }

    static func hasLength(_ dataType: String) -> Bool {
        ["character varying", "character", "bit", "bit varying"].contains(dataType)
    }

    /// `nextval('articles_id_seq'::regclass)`, the default of a serial column.
    /// - Note: PostgreSQL shortens the sequence's name to 63 bytes and quotes it where a bare word would not do.
    static func sequenceDefault(table: String, column: String) -> String {
        let name = sequenceName(table: table, column: column)
        let isBare =
            name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F } && !(name.first?.isNumber ?? true)
        let quoted = isBare ? name : "\"\(name.replacing("\"", with: "\"\""))\""
        return "nextval('\(quoted.replacing("'", with: "''"))'::regclass)"
    }

    /// `makeObjectName` of PostgreSQL: the longer part is cut first, at whole characters.
    private static func sequenceName(table: String, column: String) -> String {
        var (first, second) = (table, column)
        while first.utf8.count + second.utf8.count > 63 - "__seq".utf8.count {
            if first.utf8.count > second.utf8.count { first.removeLast() } else { second.removeLast() }
        }
        return "\(first)_\(second)_seq"
    }
}

/// A column's default between the wire's one value and the model's cases.
enum WireDefault {
    /// - Parameter value: what the wire shows: a literal already cast to the field's type, or the text of an expression.
    static func read(_ value: JSONValue, type: FieldType) -> ColumnDefault {
        guard let text = value.string else { return .literal(isText(type) ? .string(value.number?.text ?? value.text) : value) }
        switch text {
        case "CURRENT_TIMESTAMP": return isMoment(type) ? .now : .sql(text)
        case "gen_random_uuid()": return type == .uuid ? .uuid : .sql(text)
        case "infinity", "-infinity": return isMoment(type) ? .sql("'\(text)'") : .literal(value)
        case "true" where type == .boolean: return .literal(true)
        case "false" where type == .boolean: return .literal(false)
        default: break
        }
        guard isLiteral(text, type: type) else { return .sql(text) }
        let isWhole = (type == .integer || type == .bigInteger) && Int(text) != nil
        return .literal(isWhole ? .number(JSONNumber(unchecked: text)) : value)
    }

    private static func isMoment(_ type: FieldType) -> Bool { [.date, .time, .dateTime, .timestamp].contains(type) }
    private static func isText(_ type: FieldType) -> Bool { [.string, .text, .hash, .csv].contains(type) }

    /// Text fields take every other text as it stands; elsewhere a text that can't be a value of the type is an expression.
    private static func isLiteral(_ text: String, type: FieldType) -> Bool {
        switch type {
        case .string, .text, .hash, .csv, .json, .geometry, .alias: true
        case .boolean: false
        case .integer, .bigInteger, .float, .decimal: Double(text) != nil
        case .date, .time, .dateTime, .timestamp: text.first?.isNumber == true
        case .uuid: text.utf8.count == 36 && !text.contains("(")
        case .binary, .unknown: !text.contains("(") && !isKeyword(text)
        }
    }

    /// True for what a text column's default may have been before the wire took its quotes away: an expression or a text.
    static func isAmbiguous(_ text: String, type: FieldType) -> Bool {
        switch type {
        case .string, .text, .hash, .csv: isKeyword(text) || (text.hasSuffix(")") && text.contains("(") && !text.contains(" "))
        case .boolean, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .json, .uuid, .binary, .geometry, .alias,
            .unknown:
            false
        }
    }

    private static func isKeyword(_ text: String) -> Bool {
        ["CURRENT_", "LOCALTIME", "SESSION_USER"].contains { text.hasPrefix($0) }
    }

    static func wire(_ value: ColumnDefault) -> JSONValue {
        switch value {
        case .literal(.number(let number)): isExact(number) ? .number(number) : .string(number.text)
        case .literal(let literal): literal
        case .now: "CURRENT_TIMESTAMP"
        case .uuid: "gen_random_uuid()"
        case .sql(let text): .string(unquoted(text))
        }
    }

    /// Whole numbers beyond 2^53 are texts on the wire.
    private static func isExact(_ number: JSONNumber) -> Bool { number.int.map { $0.magnitude <= 1 << 53 } ?? true }

    /// `'infinity'` is shown without its quotes.
    private static func unquoted(_ sql: String) -> String {
        guard sql.count > 2, sql.hasPrefix("'"), sql.hasSuffix("'") else { return sql }
        let inner = sql.dropFirst().dropLast()
        return inner.contains("'") ? sql : String(inner)
    }
}

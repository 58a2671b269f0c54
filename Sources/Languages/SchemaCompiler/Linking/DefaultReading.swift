import Digests
import JSONText
import SchemaModel

/// `default:` -> `ColumnDefault`, checked against the column's type.
enum DefaultReading {
    struct Problem: Error, Equatable {
        var message: String
        var hint: String?
    }

    static func read(_ node: YAMLNode, _ type: ColumnType) -> Result<ColumnDefault, Problem> {
        if let entry = node.mapping?.entries.first, node.mapping?.entries.count == 1 {
            if entry.key == "sql" {
                guard let text = entry.value.scalar?.text, !text.isEmpty else { return .failure(Problem(message: "`sql` takes a text")) }
                return .success(.sql(text))
            }
            if entry.key == "json", type.type == .json { return .success(.literal(entry.value.json)) }
        }
        if let word = function(node, type) { return .success(word) }
        if type.type == .csv, let items = node.items {
            let texts = items.compactMap { $0.scalar?.isText == true ? $0.scalar?.text : nil }
            guard texts.count == items.count else { return .failure(Problem(message: "a list of texts is expected")) }
            return .success(.literal(.string(texts.joined(separator: ","))))
        }
        if let problem = fault(ofLiteral: node, type) { return .failure(problem) }
        guard let scalar = node.scalar else { return .success(.literal(node.json)) }
        return .success(.literal(type.type.isTextual ? .string(scalar.text) : scalar.typedValue))
    }

    /// `now` and `uuid`, where the type has a use for them.
    private static func function(_ node: YAMLNode, _ type: ColumnType) -> ColumnDefault? {
        guard let text = node.scalar?.value.string else { return nil }
        switch type.type {
        case .date, .time, .dateTime, .timestamp: return text == "now" ? .now : nil
        case .uuid: return text == "uuid" ? .uuid : nil
        case .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .json, .csv, .hash, .binary, .geometry, .alias, .unknown:
            return nil
        }
    }

    /// Why a literal is no value of the type.
    static func fault(ofLiteral node: YAMLNode, _ type: ColumnType) -> Problem? {
        if type.type == .json { return faultOfJSON(node) }
        guard let scalar = node.scalar else {
            return Problem(message: "\(node.found) is no value of type `\(type.type.wireName)`")
        }
        switch type.type {
        case .string, .text, .hash, .csv: return faultOfText(scalar, type)
        case .boolean: return scalar.typedValue.bool == nil ? wrong(node, type, "`true` or `false`") : nil
        case .integer: return faultOfWhole(node, type, type.dataType == "smallint" ? -32_768...32_767 : -2_147_483_648...2_147_483_647)
        case .bigInteger: return faultOfWhole(node, type, Int.min...Int.max)
        case .float, .decimal:
            guard let number = NumberText(scalar.typedValue.number?.text ?? scalar.text) else { return wrong(node, type, "a number") }
            guard let precision = type.precision, let scale = type.scale, number.wholeDigits > precision - scale else { return nil }
            return Problem(message: "\(scalar.text) has \(number.wholeDigits) digits before the point; the column keeps \(precision - scale)")
        case .uuid: return UUIDText.isValid(scalar.text) ? nil : wrong(node, type, "a UUID, or `uuid` for a new one")
        case .date: return DateText.isDate(scalar.text) ? nil : wrong(node, type, "`now` or a day of the calendar like 2024-01-31")
        case .time: return DateText.isTime(scalar.text) ? nil : wrong(node, type, "`now` or a time like 13:45:00")
        case .dateTime, .timestamp:
            return DateText.isDateTime(scalar.text) ? nil : wrong(node, type, "`now` or a moment like 2024-01-31T13:45:00Z")
        case .json: return nil
        case .binary, .geometry, .unknown:
            return scalar.value.string == nil && scalar.value.number == nil ? wrong(node, type, "a text, or `{ sql: … }`") : nil
        case .alias: return Problem(message: "an alias has no column and no default")
        }
    }

    /// A text that reads like JSON is meant as such: in quotes it would be kept as a text.
    private static func faultOfJSON(_ node: YAMLNode) -> Problem? {
        guard let scalar = node.scalar, scalar.value.string != nil else { return nil }
        let text = scalar.text.drop { $0.isWhitespace }
        guard text.hasPrefix("{") || text.hasPrefix("[") else { return nil }
        let isJSON = (try? JSONParser.parse(scalar.text)) != nil
        return Problem(
            message: isJSON ? "\(node.found) is JSON in quotes, and would be kept as a text" : "\(node.found) looks like JSON, but is none",
            hint: "write the value itself, without quotes, or `{ json: \"…\" }` for such a text")
    }

    private static func faultOfText(_ scalar: YAMLScalar, _ type: ColumnType) -> Problem? {
        guard scalar.isText else {
            return Problem(message: "\(YAMLNode.scalar(scalar).found) is no text", hint: "quote it: \"\(scalar.text)\"")
        }
        if let limit = type.maxLength, scalar.text.unicodeScalars.count > limit {
            return Problem(message: "the text has \(scalar.text.unicodeScalars.count) characters; the column keeps \(limit)")
        }
        return nil
    }

    private static func faultOfWhole(_ node: YAMLNode, _ type: ColumnType, _ range: ClosedRange<Int>) -> Problem? {
        guard let number = node.scalar?.typedValue.number?.int else { return wrong(node, type, "a whole number") }
        return range.contains(number) ? nil : Problem(message: "\(number) does not fit into `\(type.dataType)`")
    }

    private static func wrong(_ node: YAMLNode, _ type: ColumnType, _ expected: String) -> Problem {
        Problem(message: "\(node.found) is no value of type `\(type.type.wireName)`", hint: "expected: \(expected)")
    }
}

extension FieldType {
    /// Literals are kept as text, whatever they look like.
    var isTextual: Bool {
        switch self {
        case .string, .text, .hash, .csv, .uuid, .date, .time, .dateTime, .timestamp, .binary, .geometry, .unknown: true
        case .boolean, .integer, .bigInteger, .float, .decimal, .json, .alias: false
        }
    }
}

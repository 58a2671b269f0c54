package import JSONText

/// JSON -> `FilterExpression`: normalisation and the checks of values that come before any look at the schema.
///
/// - Source: contract/items.md, 2.5.2 (normalisation) and 2.3 (messages).
/// - Throws: `WireError` `INVALID_QUERY` with the recorded reason.
/// - Limits: `maximumNodes` conditions, nesting is bounded by the JSON parser.
package struct FilterParser {
    /// Conditions and logical groups in one filter.
    package static let maximumNodes = 5000
    private var nodes = 0
    private let acceptsEmptyText: Bool

    private init(acceptsEmptyText: Bool) { self.acceptsEmptyText = acceptsEmptyText }

    /// - Parameter value: an object; `null` and everything else is refused.
    package static func parse(_ value: JSONValue) throws(WireError) -> FilterExpression {
        guard case .object(let members) = value else { throw .invalidQuery("\"filter\" must be of type object") }
        var parser = FilterParser(acceptsEmptyText: false)
        return try parser.group(members)
    }

    /// A saved rule (permission, validation): as a request's filter, but it may compare with an empty text.
    package static func parseRule(_ value: JSONValue) throws(WireError) -> FilterExpression {
        guard case .object(let members) = value else { throw .invalidQuery("\"filter\" must be of type object") }
        var parser = FilterParser(acceptsEmptyText: true)
        return try parser.group(members)
    }

    private mutating func count() throws(WireError) {
        nodes += 1
        if nodes > Self.maximumNodes { throw .invalidQuery("Filter has more than \(Self.maximumNodes) conditions") }
    }

    /// An object: its keys are ANDed.
    private mutating func group(_ members: JSONObject) throws(WireError) -> FilterExpression {
        var parts: [FilterExpression] = []
        for (key, value) in members {
            try count()
            parts.append(try member(key, value))
        }
        return parts.count == 1 ? parts[0] : Self.conjunction(of: parts)
    }

    /// Of nothing but empty objects: nothing. So whatever has no condition is `.all`, however it is written.
    private static func conjunction(of parts: [FilterExpression]) -> FilterExpression {
        parts.allSatisfy { $0 == .all } ? .all : .and(parts)
    }

    private mutating func member(_ key: String, _ value: JSONValue) throws(WireError) -> FilterExpression {
        switch key {
        case "_and", "_or":
            guard case .array(let elements) = value else { throw .invalidQuery("Invalid filter object") }
            var parts: [FilterExpression] = []
            for element in elements {
                guard case .object(let members) = element else { throw .invalidQuery("Invalid filter object") }
                parts.append(try group(members))
            }
            if key == "_and" { return Self.conjunction(of: parts) }
            // An empty alternative is true, so the whole `_or` is; an empty list is no condition.
            return parts.isEmpty || parts.contains(.all) ? .all : .or(parts)
        case "_some", "_none":
            guard case .object(let members) = value else { throw .invalidQuery("Invalid filter object") }
            let inner = try group(members)
            return key == "_some" ? .some(inner) : .none(inner)
        default:
            return key.hasPrefix("_") && !isFieldLike(key, value) ? try condition(key, value) : try step(key, value)
        }
    }

    /// A name with a leading underscore that holds operators is a field (`_private: { _eq: 1 }`), unless it is an operator itself. What
    /// holds anything else (`_not: { id: 1 }`) is an operator that does not exist.
    private func isFieldLike(_ key: String, _ value: JSONValue) -> Bool {
        guard FilterOperator(rawValue: key) == nil, case .object(let members) = value, !members.isEmpty else { return false }
        return members.keys.allSatisfy { FilterOperator(rawValue: $0) != nil }
    }

    private mutating func step(_ key: String, _ value: JSONValue) throws(WireError) -> FilterExpression {
        let name = FilterParser.key(key)
        switch value {
        case .object(let members): return .key(name, try group(members))
        case .null: throw .invalidQuery("Invalid filter object")
        case .array(let elements):
            // Its indexes are taken for fields, as the reference does: the unknown field is then refused.
            var parts: [FilterExpression] = []
            for index in elements.indices {
                try count()
                parts.append(.key(.field(String(index)), .all))
            }
            return .key(name, parts.isEmpty ? .all : .and(parts))
        case .string, .bool, .number:
            try checkScalar("_eq", value)
            return .key(name, .condition(.eq, FilterParser.operand(value)))
        }
    }

    private func emptyText(_ name: String) -> WireError {
        .invalidQuery("You can't filter for an empty string in \"\(name)\". Use \"_empty\" or \"_nempty\" instead")
    }

    private mutating func condition(_ name: String, _ value: JSONValue) throws(WireError) -> FilterExpression {
        guard let op = FilterOperator(rawValue: name) else {
            try checkScalar(name, value)
            return .unknownOperator(name)
        }
        switch op {
        case .in, .nin, .between, .nbetween:
            return .condition(op, .list(try listOperand(name, value)))
        case .null, .nnull, .empty, .nempty, .submitted:
            let flag = FilterParser.coerce(value)
            switch flag {
            case .bool, .null, .string(""): return .condition(op, .value(flag))
            case .number, .string, .array, .object: throw .invalidQuery("\"\(name)\" has to be a boolean")
            }
        case .intersects, .nintersects, .intersectsBBox, .nintersectsBBox:
            return .condition(op, .value(try geometry(name, value)))
        case .json:
            guard case .object = value else { throw .invalidQuery("\"\(name)\" has to be an object") }
            if FilterParser.holdsNull(value) { throw nullCharacter(name) }
            return .condition(op, .value(value))
        case .eq, .neq, .lt, .lte, .gt, .gte, .contains, .ncontains, .icontains, .nicontains, .startsWith, .nstartsWith, .istartsWith,
            .nistartsWith, .endsWith, .nendsWith, .iendsWith, .niendsWith, .ieq, .nieq, .regex:
            try checkScalar(name, value)
            return .condition(op, FilterParser.operand(value))
        }
    }

    private func checkScalar(_ name: String, _ value: JSONValue) throws(WireError) {
        switch value {
        case .null, .bool: return
        case .string(let text):
            if text.isEmpty, !acceptsEmptyText { throw emptyText(name) }
            if text.utf8.contains(0) { throw nullCharacter(name) }
        case .number(let number):
            if !number.double.isFinite || abs(number.double) > 9_007_199_254_740_991 {
                throw .invalidQuery("The filter value for \"\(name)\" is not a valid number")
            }
        case .array, .object: throw notScalar(name)
        }
    }

    private func notScalar(_ name: String) -> WireError {
        .invalidQuery("The filter value for \"\(name)\" has to be a string, number, or boolean")
    }

    /// PostgreSQL has no text with U+0000.
    private func nullCharacter(_ name: String) -> WireError {
        .invalidQuery("The filter value for \"\(name)\" can't contain a null character")
    }

    private static func holdsNull(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number: false
        case .string(let text): text.utf8.contains(0)
        case .array(let values): values.contains(where: holdsNull)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || holdsNull($0.value) }
        }
    }

    private func listOperand(_ name: String, _ value: JSONValue) throws(WireError) -> [FilterOperand] {
        var elements: [JSONValue]
        switch value {
        case .string(let text):
            elements = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { .string(String(Substring($0))) }
        case .array(let values): elements = values
        case .object(let members): elements = members.map(\.value)
        case .null, .bool, .number: elements = [value]
        }
        if elements.isEmpty { throw .invalidQuery("\"\(name)\" has to be an array of values") }
        for element in elements {
            switch element {
            case .null, .bool, .number: continue
            case .string(let text): if text.utf8.contains(0) { throw nullCharacter(name) }
            case .array, .object: throw notScalar(name)
            }
        }
        return elements.map(FilterParser.operand)
    }

    private func geometry(_ name: String, _ value: JSONValue) throws(WireError) -> JSONValue {
        var value = value
        if case .string(let text) = value, !text.isEmpty {
            do { value = try JSONParser.parse(text) } catch { throw .invalidQuery("\"\(name)\" has to be a valid GeoJSON object") }
        }
        switch value {
        case .null, .string(""): return .null
        case .object where GeoJSON.isGeometry(value) && !FilterParser.holdsNull(value): return value
        case .bool, .number, .string, .array, .object: throw .invalidQuery("\"\(name)\" has to be a valid GeoJSON object")
        }
    }

    private static func coerce(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string("true"): .bool(true)
        case .string("false"): .bool(false)
        case .string("null"), .string("NULL"): .null
        default: value
        }
    }

    private static func operand(_ value: JSONValue) -> FilterOperand {
        if case .string(let text) = value, let variable = DynamicVariable(text) { return .variable(variable) }
        return .value(coerce(value))
    }

    /// `year(published)`, `item:headings`, `$FOLLOW(cities, country_id)`, or a plain name.
    package static func key(_ text: String) -> FilterKey {
        if text.hasSuffix(")"), let open = text.firstIndex(of: "("), open > text.startIndex {
            let name = String(text[..<open])
            let argument = String(text[text.index(after: open)...].dropLast())
            if name == "$FOLLOW" {
                let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { trim($0) }
                if parts.count == 2 || parts.count == 3 {
                    return .follow(collection: parts[0], field: parts[1], collectionField: parts.count == 3 ? parts[2] : nil)
                }
            }
            return .function(name, argument: argument)
        }
        if let colon = text.firstIndex(of: ":") {
            return .scoped(String(text[..<colon]), collection: String(text[text.index(after: colon)...]))
        }
        return .field(text)
    }

    private static func trim(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

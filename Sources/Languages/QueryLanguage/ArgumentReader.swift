import JSONText
import SchemaModel

/// Reads the arguments of one level: the top (`filter`, `limit`) or a level of `deep` (`_filter`, `_limit`).
///
/// - Shape: raw members in, each method gives one argument; `null` and what is not there are the same.
/// - Errors: `INVALID_QUERY`, reasons as recorded (contract/items.md, 2.3).
struct ArgumentReader {
    let members: JSONObject
    let prefix: String
    let limits: QueryLimits
    /// By-query changes take what the caller says: no maximum, and a filter may compare with an empty text.
    let mode: ItemQueryParser.Mode

    func value(_ key: String) -> JSONValue? {
        guard let value = members[prefix + key], value != .null else { return nil }
        return value
    }

    /// Text that is not empty counts as given.
    private func given(_ key: String) -> JSONValue? {
        guard let value = value(key), value != .string("") else { return nil }
        return value
    }

    // MARK: Filter and search

    /// The filter before its values are looked at: JSON text is parsed.
    func filterSource() throws(WireError) -> JSONValue? {
        guard let value = given("filter") else { return nil }
        guard case .string(let text) = value else { return value }
        do { return try JSONParser.parse(text) } catch { throw .invalidQuery("Invalid JSON for filter object") }
    }

    /// - Parameter source: what `filterSource` gave. A list's indexes are taken for fields; an empty one is no filter.
    func filter(_ source: JSONValue?) throws(WireError) -> FilterExpression? {
        guard var source else { return nil }
        if case .array(let elements) = source {
            source = .object(JSONObject(unique: elements.enumerated().map { (key: String($0.offset), value: $0.element) }))
        }
        let filter = mode == .whole ? try FilterParser.parse(source) : try FilterParser.parseRule(source)
        return filter == .all ? nil : filter
    }

    /// Anything but text is ignored; only blanks are kept as they are.
    func search() throws(WireError) -> String? {
        guard case .string(let text) = given("search") else { return nil }
        if text.utf8.contains(0) { throw .invalidQuery("\"\(prefix)search\" can't contain a null character") }
        let trimmed = QueryText.trimmed(text)
        return trimmed.isEmpty ? text : trimmed
    }

    // MARK: Sort

    /// Comma list or list (whose elements are not split again); an object is ignored.
    func sort() throws(WireError) -> [SortTerm] {
        var texts: [String] = []
        switch given("sort") {
        case .string(let text): texts = QueryText.commaSeparated(text)
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                guard case .string(let text) = element else { throw .invalidQuery("\"\(prefix)sort[\(index)]\" must be a string") }
                texts.append(QueryText.trimmed(text))
            }
        case nil, .null, .bool, .number, .object: return []
        }
        try refuseMore(than: QueryLimits.maximumTerms, texts.count, in: "sort")
        try refuseEmpty(texts, in: "sort")
        return texts.map { text in
            let descending = text.utf8.first == UInt8(ascii: "-")
            return SortTerm(text: descending ? String(Substring(text.utf8.dropFirst())) : text, descending: descending)
        }
    }

    func refuseEmpty(_ texts: [String], in key: String) throws(WireError) {
        guard let index = texts.firstIndex(of: "") else { return }
        throw .invalidQuery("\"\(prefix)\(key)[\(index)]\" is not allowed to be empty")
    }

    func refuseMore(than limit: Int, _ count: Int, in key: String) throws(WireError) {
        if count > limit { throw .invalidQuery("\"\(prefix)\(key)\" must contain less than or equal to \(limit) items") }
    }

    // MARK: Lists of fields

    /// Comma list or list of comma lists, trimmed. Empty elements are still in it.
    /// - Returns: nil when not given; an empty list only where a body says `[]`.
    func fieldList(_ key: String) throws(WireError) -> [String]? {
        switch given(key) {
        case nil: return nil
        case .string(let text):
            let texts = QueryText.commaSeparated(text)
            try refuseMore(than: QueryLimits.maximumNames, texts.count, in: key)
            return texts
        case .array(let elements):
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element else { throw .invalidQuery("\"\(prefix)\(key)[\(texts.count)]\" must be a string") }
                texts += QueryText.commaSeparated(text)
                try refuseMore(than: QueryLimits.maximumNames, texts.count, in: key)
            }
            return texts
        case .null, .bool, .number, .object: throw .invalidQuery("\"\(prefix)\(key)\" must be a string or array")
        }
    }

    /// Paths through relations are refused: the reference fails on them.
    func checkGroups(_ groups: [String]) throws(WireError) {
        try refuseMore(than: QueryLimits.maximumTerms, groups.count, in: "groupBy")
        try refuseEmpty(groups, in: "groupBy")
        for group in groups {
            let path = try FieldPath.parse(group, in: prefix + "groupBy", limits: limits)
            let isDotted = path.function == nil ? path.segments.count > 1 : !path.segments.isEmpty
            if isDotted { throw .invalidQuery("\"\(prefix)groupBy\" can't contain a relational path") }
        }
    }
}

package import JSONText
package import SchemaModel

/// Query string or JSON -> `ItemQuery`. Syntax only: names may be nonsense, types and rights are the engine's.
///
/// - Shape: one tree of what to answer, arguments by level. Where the request names no `fields`: `[.wildcard]`; where a body says
///   `fields: []`: nothing (bare primary keys). `limit` is nil when not given: `QueryLimits.rows(for:)` says what that means.
/// - Limits: `maximumLimit` is applied here to explicit limits alone (-1 becomes the maximum, more is refused), at every level.
/// - Errors: `INVALID_QUERY` with the recorded reasons, in this order: kinds of `fields`, JSON texts; filter values; alias; sort; deep;
///   relational depth; the other members (`fields`, `groupBy`, `limit`, `offset`, `page`, `meta`, …); functions in `fields`.
/// - Source: contract/items.md, 2.1 to 2.16; deviations in section 10.
/// - Cost: linear in the size of the query.
package struct ItemQueryParser {
    package enum Mode: Sendable {
        /// A read.
        case whole
        /// `query` of a change or deletion: only what selects rows is read (`filter`, `search`, `sort`, `limit`, `offset`, `page`); it is
        /// not validated as a read is (no maximum, empty text may be compared with), but what can't be understood is refused.
        case rowsOnly
    }

    private let reader: ArgumentReader
    private var limits: QueryLimits { reader.limits }

    /// - Parameter queryString: without the `?`; nothing or empty = no query at all.
    package static func parse(queryString: [UInt8]?, limits: QueryLimits) throws(WireError) -> ItemQuery {
        guard let queryString, !queryString.isEmpty else { return ItemQuery() }
        return try parse(object: QueryString.parse(queryString, limits: limits), limits: limits)
    }

    package static func parse(queryString: String?, limits: QueryLimits) throws(WireError) -> ItemQuery {
        try parse(queryString: queryString.map { Array($0.utf8) }, limits: limits)
    }

    /// - Parameter object: a parsed query string, or the `query` of a body. Members that are null count as absent, unknown ones are ignored.
    package static func parse(object: JSONObject, limits: QueryLimits, mode: Mode = .whole) throws(WireError) -> ItemQuery {
        let parser = ItemQueryParser(reader: ArgumentReader(members: object, prefix: "", limits: limits, mode: mode))
        switch mode {
        case .whole: return try parser.query()
        case .rowsOnly: return try parser.rowSelection()
        }
    }

    private func rowSelection() throws(WireError) -> ItemQuery {
        var query = ItemQuery()
        query.arguments.filter = try reader.filter(try reader.filterSource())
        query.arguments.sort = try reader.sort()
        try checkDepth(of: query.arguments, paths: [], alias: .none, deep: [:])
        try readPaging(into: &query.arguments)
        query.arguments.search = try reader.search()
        return query
    }

    private func query() throws(WireError) -> ItemQuery {
        var query = ItemQuery()
        let fields = try reader.fieldList("fields")
        let filterSource = try reader.filterSource()
        let aliasSource = try reader.aliasSource()
        let deepSource = try reader.object("deep", else: DeepParser.notAnObject)
        let aggregateSource = try reader.aggregateSource()

        query.arguments.filter = try reader.filter(filterSource)
        let alias = try reader.alias(aliasSource)
        query.arguments.sort = try reader.sort()
        query.arguments.groupBy = try reader.fieldList("groupBy") ?? []
        if let deepSource { query.deep = try DeepParser(limits: limits).levels(deepSource) }
        try checkDepth(of: query.arguments, paths: fields ?? [], alias: alias, deep: query.deep)

        try reader.refuseEmpty(fields ?? [], in: "fields")
        try reader.checkGroups(query.arguments.groupBy)
        try readPaging(into: &query.arguments)
        query.meta = try meta()
        query.arguments.search = try reader.search()
        query.export = try export()
        try readVersion(into: &query)
        query.backlink = backlink()
        query.arguments.aggregate = try reader.aggregate(aggregateSource)
        query.selections = try selections(of: fields ?? ["*"], alias: alias, deep: query.deep)
        return query
    }

    private func checkDepth(of arguments: QueryArguments, paths: [String], alias: AliasTable, deep: [String: DeepNode]) throws(WireError) {
        var deepest = max(RelationalDepth.of(arguments: arguments), RelationalDepth.of(deep: deep))
        for path in paths { deepest = max(deepest, RelationalDepth.of(path: path)) }
        for key in alias.keys { deepest = max(deepest, alias[key].map { RelationalDepth.of(path: $0) } ?? 0) }
        if deepest > min(limits.relationalDepth, RelationalDepth.maximum) { throw RelationalDepth.exceeded }
    }

    private func readPaging(into arguments: inout QueryArguments) throws(WireError) {
        arguments.limit = try reader.limit()
        arguments.offset = try reader.offset()
        arguments.page = try reader.page()
    }

    private func selections(of fields: [String], alias: AliasTable, deep: [String: DeepNode]) throws(WireError) -> [Selection] {
        let root = SelectionLevel(alias: alias, deep: deep, limits: limits)
        for field in fields { try root.add(field) }
        return try root.selections()
    }
}

extension ItemQueryParser {
    private func meta() throws(WireError) -> Set<MetaCount> {
        let values: [JSONValue]
        switch reader.value("meta") {
        case nil, .string(""): return []
        case .string("*"), .array([.string("*")]): return Set(MetaCount.allCases)
        case .string(let text): values = QueryText.commaSeparated(text).map(JSONValue.string)
        case .array(let elements): values = elements
        case .null, .bool, .number, .object: throw .invalidQuery("\"meta\" must be an array")
        }
        var counts: Set<MetaCount> = []
        for (index, value) in values.enumerated() {
            guard let count = value.string.flatMap({ MetaCount(rawValue: QueryText.trimmed($0)) }) else {
                throw .invalidQuery("\"meta[\(index)]\" must be one of [\(MetaCount.allCases.map(\.rawValue).joined(separator: ", "))]")
            }
            counts.insert(count)
        }
        return counts
    }

    private func export() throws(WireError) -> ExportFormat? {
        guard let value = reader.value("export"), value != .string("") else { return nil }
        guard let format = value.string.flatMap(ExportFormat.init(rawValue:)) else {
            throw .invalidQuery("\"export\" must be one of [\(ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))]")
        }
        return format
    }

    /// `versionRaw` counts only beside `version`, and only as the texts `true` and nothing.
    private func readVersion(into query: inout ItemQuery) throws(WireError) {
        guard let value = reader.value("version"), value != .string("") else { return }
        guard case .string(let version) = value else { throw .invalidQuery("\"version\" must be a string") }
        query.version = version
        let raw = reader.value("versionRaw")
        query.versionRaw = raw == .string("") || raw == .string("true")
    }

    private func backlink() -> Bool {
        let value = reader.value("backlink")
        return !(value == .bool(false) || value == .string("false"))
    }
}

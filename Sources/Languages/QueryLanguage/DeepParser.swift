import JSONText
import SchemaModel

/// `deep` -> arguments by level: `{"tags": {"_limit": 3, "tags_id": {"_filter": …}}}`.
///
/// - Shape: keys with a leading underscore are this level's arguments (unknown ones are ignored), the others are the levels below, by
///   output key (`item:collection` for many-to-any).
/// - Errors: `INVALID_QUERY` for everything that would be one at the top level, with the underscore in the name; for a level that is no
///   object, and for `_page` 0. The reference does not validate here and stops at broken JSON (contract/items.md, 2.10 and 10).
/// - Limits: nesting is bounded by the parsers that made the object.
struct DeepParser {
    static let notAnObject = "\"deep\" has to be an object"
    let limits: QueryLimits

    /// Levels by key; without members that are null.
    func levels(_ members: JSONObject) throws(WireError) -> [String: DeepNode] {
        var nodes: [String: DeepNode] = [:]
        for (key, value) in members where key.utf8.first != UInt8(ascii: "_") && value != .null {
            guard case .object(let inner) = value else { throw .invalidQuery(DeepParser.notAnObject) }
            nodes[key] = try node(inner)
        }
        return nodes
    }

    private func node(_ members: JSONObject) throws(WireError) -> DeepNode {
        let reader = ArgumentReader(members: members, prefix: "_", limits: limits, mode: .whole)
        var node = DeepNode()
        node.arguments.filter = try reader.filter(try reader.filterSource())
        let alias = try reader.alias(try reader.aliasSource())
        for key in alias.keys { node.alias[key] = alias[key] }
        node.arguments.sort = try reader.sort()
        let groups = try reader.fieldList("groupBy") ?? []
        try reader.checkGroups(groups)
        node.arguments.groupBy = groups
        node.arguments.limit = try reader.limit()
        node.arguments.offset = try reader.offset()
        node.arguments.page = try reader.page()
        node.arguments.search = try reader.search()
        node.arguments.aggregate = try reader.aggregate(try reader.aggregateSource())
        node.children = try levels(members)
        return node
    }
}

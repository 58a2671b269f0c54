import AccessControl
import JSONText
import QueryLanguage
import SchemaModel

/// Rows that stand in no table: lists of permissions show what everybody with app access may do besides (contract/system.md, 5.4).
///
/// - A list of permissions is never cut: clients build their rights from it.
enum BuiltInRows {
    /// The query as it is run.
    static func adjust(_ query: inout ItemQuery, on collection: Collection) {
        guard collection.has(.permissions) else { return }
        query.arguments.limit = -1
        query.arguments.offset = nil
        query.arguments.page = nil
    }

    /// What the list ends with: rows that match the filter, all their members whatever the query selects.
    static func rows(for query: ItemQuery, of collection: Collection, caller: Caller, now: Moment) -> [JSONValue] {
        guard collection.has(.permissions), caller.access.hasAppAccess, !query.arguments.isAggregation, query.arguments.search == nil else {
            return []
        }
        let rows = AppMinimalPermissions.all.map(\.row)
        guard let filter = query.arguments.filter else { return rows.map { .object($0) } }
        let match = PayloadValidation(requirements: [], rules: [filter], values: DynamicValues(caller: caller, now: now))
        return rows.filter { row in
            var row = row
            row["id"] = .null
            return match.failures(in: row).isEmpty
        }.map { .object($0) }
    }
}

extension BuiltInPermission {
    fileprivate var row: JSONObject {
        JSONObject([
            ("policy", .null), ("permissions", permissions), ("validation", validation ?? .null), ("presets", .null),
            ("fields", .array(fields.map { .string($0) })), ("system", true), ("collection", .string(collection.text)),
            ("action", .string(action.rawValue)),
        ])
    }
}

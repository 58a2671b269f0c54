package import SQLText
import JSONText

/// One affected item, as activity and revision tell it.
package struct HistoryEntry: Sendable {
    package var action: String
    package var collection: String
    package var item: String
    /// nil = no revision.
    package var data: String?
    package var delta: String?
    package var hasRevision: Bool
    /// The place of the entry whose item this one was written for; nil = the request's own.
    package var parent: Int?
    /// The key of the content version that was saved.
    package var version: String?

    package init(
        action: String, collection: String, item: String, data: String? = nil, delta: String? = nil, hasRevision: Bool, parent: Int? = nil,
        version: String? = nil
    ) {
        self.action = action
        self.collection = collection
        // The column holds no more; keys that long have no other place in the history.
        self.item = item.utf8.count > 255 ? String(String.UnicodeScalarView(item.unicodeScalars.prefix(255))) : item
        self.data = data
        self.delta = delta
        self.hasRevision = hasRevision
        self.parent = parent
        self.version = version
    }
}

/// Activity and revisions of any number of items in one statement.
///
/// The check of a revision's foreign key is planned once a session. Planned while the table of activities is small, it would read the whole table
/// for each revision from then on, until the next ANALYZE: so the statement turns such plans off before its checks run, for the rest of the
/// transaction.
package enum HistorySQL {
    /// - Parameters user, address, userAgent, origin: of the caller; nil = NULL.
    package static func insert(
        _ entries: [HistoryEntry], user: String?, address: String?, userAgent: String?, origin: String?
    ) -> SQLStatement {
        if entries.count == 1, let entry = entries.first, entry.hasRevision {
            return insert(entry, user: user, address: address, userAgent: userAgent, origin: origin)
        }
        func texts(_ value: (HistoryEntry) -> String?) -> SQLBind { .text(ValueText.array(entries.map(value))) }
        let revised = entries.contains(where: \.hasRevision)
        let activity: SQLFragment =
            """
            INSERT INTO "directus_activity" ("action", "user", "ip", "user_agent", "origin", "collection", "item") \
            SELECT e.action, \(bind: text(user), as: .uuid), \(bind: text(address), as: .text), \
            \(bind: text(userAgent), as: .text), \(bind: text(origin), as: .text), e.collection, e.item \
            FROM unnest(\(bind: texts(\.action), as: .text.array), \(bind: texts(\.collection), as: .text.array), \
            \(bind: texts(\.item), as: .text.array)) WITH ORDINALITY AS e(action, collection, item, place) ORDER BY e.place
            """
        if !revised { return activity.statement }
        let (columns, arrays, delta) = deltas(entries)
        let numbered: SQLFragment =
            """
            WITH \(noScans), a AS (\(activity) RETURNING "id"), n AS (SELECT "id", row_number() OVER (ORDER BY "id") AS place FROM a) \
            INSERT INTO "directus_revisions" ("activity", "collection", "item", "data", "delta", "version") \
            SELECT n.id, r.collection, r.item, r.data, \(delta), r.version FROM unnest(\(bind: texts(\.collection), as: .text.array), \
            \(bind: texts(\.item), as: .text.array), \(bind: texts(\.data), as: .json.array), \
            \(bind: texts { $0.hasRevision ? "t" : "f" }, as: .boolean.array), \
            \(bind: texts(\.version), as: .uuid.array)\(arrays)) WITH ORDINALITY AS r(collection, item, data, revised, version\(columns), place) \
            JOIN n ON n.place = r.place CROSS JOIN s WHERE r.revised ORDER BY r.place RETURNING "id"
            """
        return numbered.statement
    }

    /// What was created is data and delta alike: it is sent, parsed and checked once.
    private static func deltas(_ entries: [HistoryEntry]) -> (columns: SQLFragment, arrays: SQLFragment, value: SQLFragment) {
        if entries.allSatisfy({ $0.delta == $0.data }) { return ("", "", "r.data") }
        return (", delta", ", \(bind: .text(ValueText.array(entries.map(\.delta))), as: .json.array)", "r.delta")
    }

    /// Takes effect when its row is asked for.
    private static let noScans: SQLFragment = "s AS MATERIALIZED (SELECT set_config('enable_seqscan', 'off', true))"

    private static func text(_ value: String?) -> SQLBind { value.map { .text($0) } ?? .null }

    /// The same for one item, by far the most common: without arrays to unfold, number and join.
    private static func insert(
        _ entry: HistoryEntry, user: String?, address: String?, userAgent: String?, origin: String?
    ) -> SQLStatement {
        let data: SQLFragment = "\(bind: text(entry.data), as: .json) AS data"
        let isWhole = entry.delta == entry.data
        let change: SQLFragment = isWhole ? "" : ", \(bind: text(entry.delta), as: .json) AS delta"
        let statement: SQLFragment =
            """
            WITH \(noScans), a AS (\
            INSERT INTO "directus_activity" ("action", "user", "ip", "user_agent", "origin", "collection", "item") \
            VALUES (\(bind: .text(entry.action), as: .text), \(bind: text(user), as: .uuid), \(bind: text(address), as: .text), \
            \(bind: text(userAgent), as: .text), \(bind: text(origin), as: .text), \(bind: .text(entry.collection), as: .text), \
            \(bind: .text(entry.item), as: .text)) RETURNING "id") \
            INSERT INTO "directus_revisions" ("activity", "collection", "item", "data", "delta", "version") \
            SELECT a.id, \(bind: .text(entry.collection), as: .text), \(bind: .text(entry.item), as: .text), \
            r.data, \(isWhole ? "r.data" : "r.delta" as SQLFragment), \(bind: text(entry.version), as: .uuid) \
            FROM a CROSS JOIN s CROSS JOIN (SELECT \(data)\(change)) AS r RETURNING "id"
            """
        return statement.statement
    }

    /// Links revisions of nested writes with the one that they were part of.
    package static func link(_ pairs: [(child: Int, parent: Int)]) -> SQLStatement {
        ("""
        UPDATE "directus_revisions" AS r SET "parent" = p.parent FROM unnest(\(bind: .text(ValueText.array(pairs.map { String($0.child) })), as: .integer.array), \
        \(bind: .text(ValueText.array(pairs.map { String($0.parent) })), as: .integer.array)) AS p(child, parent) WHERE r."id" = p.child
        """ as SQLFragment).statement
    }
}

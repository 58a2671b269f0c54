package import SQLText
import JSONText
import SchemaModel

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

/// What of the history a new row leaves in its own statement.
package enum InsertHistory: Sendable, Hashable {
    case activity
    /// Of the payload: data and delta alike.
    case revision

    var form: HistorySQL.Form {
        switch self {
        case .activity: .activity(action: "create")
        case .revision: .whole(action: "create")
        }
    }

    /// Of several rows.
    var formOfMany: HistorySQL.Form {
        switch self {
        case .activity: .activity(action: "create")
        case .revision: .wholes(action: "create")
        }
    }
}

/// What of the history a changed row leaves in its own statement.
package enum UpdateHistory: Sendable {
    case activity
    /// Of the row's state, which the database writes, and what was changed.
    case revision(SnapshotJSON)

    var form: HistorySQL.Form {
        switch self {
        case .activity: .activity(action: "update")
        case .revision: .change(action: "update")
        }
    }
}

/// Activity and revisions of any number of items in one statement.
///
/// The check of a revision's foreign key is planned once a session. Planned while the table of activities is small, it would read the whole table
/// for each revision from then on, until the next ANALYZE: so the statement turns such plans off before its checks run, for the rest of the
/// transaction.
package enum HistorySQL {
    /// What a row's own statement tells of it.
    enum Form {
        case activity(action: String)
        /// The given JSON is data and delta alike.
        case whole(action: String)
        /// The same for several rows: an array of it, in the order in which they are written.
        case wholes(action: String)
        /// The data is the row's, the given JSON the delta.
        case change(action: String)
    }

    /// - Parameters user, address, userAgent, origin: of the caller; nil = NULL.
    package static func insert(
        _ entries: [HistoryEntry], user: String?, address: String?, userAgent: String?, origin: String?
    ) -> SQLStatement {
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
            JOIN n ON n.place = r.place CROSS JOIN kerege_scans WHERE r.revised ORDER BY r.place RETURNING "id"
            """
        return numbered.statement
    }

    /// What was created is data and delta alike: it is sent, parsed and checked once.
    private static func deltas(_ entries: [HistoryEntry]) -> (columns: SQLFragment, arrays: SQLFragment, value: SQLFragment) {
        if entries.allSatisfy({ $0.delta == $0.data }) { return ("", "", "r.data") }
        return (", delta", ", \(bind: .text(ValueText.array(entries.map(\.delta))), as: .json.array)", "r.delta")
    }

    /// Takes effect when its row is asked for.
    private static let noScans: SQLFragment = "kerege_scans AS MATERIALIZED (SELECT set_config('enable_seqscan', 'off', true))"

    private static func text(_ value: String?) -> SQLBind { value.map { .text($0) } ?? .null }

    /// A row's write and its history, at once: a statement is a transaction by itself, which costs the database half of what four statements do.
    /// - Parameters:
    ///   - row: writes at most one row (any number for `wholes` and for `activity`) and returns its key as `key`; for a change also its state as `data`.
    ///   - firstSlot: the first of `slots(…)`.
    ///   - told: what is read of `kerege_row`, which has what `row` returns.
    static func statement(
        _ row: SQLFragment, _ form: Form, of collection: Collection, firstSlot: Int, ending told: SQLFragment
    ) -> SQLFragment {
        let name: SQLFragment = "\(bind: .text(collection.name.text), as: .text)"
        func written(_ action: String) -> SQLFragment {
            """
            kerege_row AS (\(row)), kerege_activity AS (\
            INSERT INTO "directus_activity" ("action", "user", "ip", "user_agent", "origin", "collection", "item") \
            SELECT \(bind: .text(action), as: .text), \(slot: firstSlot, as: .uuid), \(slot: firstSlot + 1, as: .text), \
            \(slot: firstSlot + 2, as: .text), \(slot: firstSlot + 3, as: .text), \(name), left(key::text, 255) FROM kerege_row \
            RETURNING "id", "item")
            """
        }
        func revised(_ action: String, data: SQLFragment, delta: SQLFragment, from source: SQLFragment) -> SQLFragment {
            """
            WITH \(noScans), \(written(action)), kerege_revision AS (\
            INSERT INTO "directus_revisions" ("activity", "collection", "item", "data", "delta") \
            SELECT a."id", \(name), a."item", \(data), \(delta) FROM kerege_scans CROSS JOIN \(source)) \(told)
            """
        }
        let one: SQLFragment = "kerege_activity AS a CROSS JOIN"
        let given: SQLFragment = "\(slot: firstSlot + 4, as: .json)"
        switch form {
        case .activity(let action): return "WITH \(written(action)) \(told)"
        case .whole(let action): return revised(action, data: "r.data", delta: "r.data", from: "\(one) (SELECT \(given) AS data) AS r")
        case .change(let action): return revised(action, data: "r.data", delta: given, from: "\(one) kerege_row AS r")
        case .wholes(let action):
            let each: SQLFragment =
                """
                (SELECT "id", "item", row_number() OVER () AS place FROM kerege_activity) AS a \
                JOIN unnest(\(slot: firstSlot + 4, as: .json.array)) WITH ORDINALITY AS r(data, place) ON r.place = a.place
                """
            return revised(action, data: "r.data", delta: "r.data", from: "(\(each)) ORDER BY a.place")
        }
    }

    private static let tables: Set<String> = ["directus_activity", "directus_revisions"]

    /// The tables by which triggers are found.
    static let regclasses: SQLFragment = "'directus_activity'::regclass, 'directus_revisions'::regclass"

    /// Whether a table holds the history: what is wrong there is no fault of the payload.
    package static func writes(to table: String) -> Bool { tables.contains(table) }

    /// What `statement`'s slots stand for.
    /// - Parameter told: the data of a whole revision, an array of it for several, the delta of a change.
    package static func slots(user: String?, address: String?, userAgent: String?, origin: String?, told: String?) -> [SQLBind] {
        [text(user), text(address), text(userAgent), text(origin), text(told)]
    }

    /// Links revisions of nested writes with the one that they were part of.
    package static func link(_ pairs: [(child: Int, parent: Int)]) -> SQLStatement {
        ("""
        UPDATE "directus_revisions" AS r SET "parent" = p.parent FROM unnest(\(bind: .text(ValueText.array(pairs.map { String($0.child) })), as: .integer.array), \
        \(bind: .text(ValueText.array(pairs.map { String($0.parent) })), as: .integer.array)) AS p(child, parent) WHERE r."id" = p.child
        """ as SQLFragment).statement
    }
}

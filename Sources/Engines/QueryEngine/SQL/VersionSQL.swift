package import SQLText
package import SchemaModel

/// Rows of `directus_versions` beside the ordinary reads and writes of that collection.
package enum VersionSQL {
    /// Columns: id, key, collection, item, hash, delta.
    package static func version(id: String) -> SQLStatement {
        ("\(columns) WHERE id = \(bind: .text(id), as: .uuid)" as SQLFragment).statement
    }

    /// The same, locked until the transaction ends.
    package static func lockedVersion(id: String) -> SQLStatement {
        ("\(columns) WHERE id = \(bind: .text(id), as: .uuid) FOR UPDATE" as SQLFragment).statement
    }

    package static func version(key: String, collection: String, item: String) -> SQLStatement {
        ("""
        \(columns) WHERE key = \(bind: .text(key), as: .text) AND collection = \(bind: .text(collection), as: .text) \
        AND item = \(bind: .text(item), as: .text)
        """ as SQLFragment).statement
    }

    private static let columns: SQLFragment = "SELECT id, key, collection, item, hash, delta FROM directus_versions"

    /// Columns: id, key, collection, item, hash, delta.
    package static func versions(ids: [String]) -> SQLStatement {
        ("\(columns) WHERE id = ANY(\(bind: .text(ValueText.array(ids)), as: .uuid.array)) FOR UPDATE" as SQLFragment).statement
    }

    /// - Parameters:
    ///   - delta: JSON text.
    ///   - moment: ISO text.
    package static func save(_ delta: String, of id: String, user: String?, at moment: String) -> SQLStatement {
        ("""
        UPDATE directus_versions SET delta = \(bind: .text(delta), as: .text)::json, \
        user_updated = \(bind: user.map { .text($0) } ?? .null, as: .uuid), date_updated = \(bind: .text(moment), as: .timestamptz) \
        WHERE id = \(bind: .text(id), as: .uuid)
        """ as SQLFragment).statement
    }

    /// The item that a version is of, locked until the transaction ends: nobody else's change comes between its hash and what is promoted to it.
    package static func lockItem(_ key: SQLBind, in collection: Collection) -> SQLStatement {
        let name = collection.primaryKey.identifier
        let keys: SQLFragment = "ANY(\(bind: key, as: collection.keyBindType.array))"
        return ("SELECT \(name) FROM \(collection.tableFragment) WHERE \(name) = \(keys) FOR UPDATE" as SQLFragment).statement
    }

    package static func setHash(_ hash: String, of id: String) -> SQLStatement {
        ("UPDATE directus_versions SET hash = \(bind: .text(hash), as: .text) WHERE id = \(bind: .text(id), as: .uuid)" as SQLFragment).statement
    }

    /// One lock for all that give versions their keys, so that two can't give the same.
    package static let lockKeys: SQLStatement = SQLFragment("SELECT pg_advisory_xact_lock(7318349395477656)").statement

    /// A version that has the key, collection and item of another. Columns: key, collection, item.
    package static func shared(by ids: [String]) -> SQLStatement {
        ("""
        SELECT v.key, v.collection, v.item FROM directus_versions v JOIN directus_versions o \
        ON o.key = v.key AND o.collection = v.collection AND o.item = v.item AND o.id <> v.id \
        WHERE v.id = ANY(\(bind: .text(ValueText.array(ids)), as: .uuid.array)) LIMIT 1
        """ as SQLFragment).statement
    }
}

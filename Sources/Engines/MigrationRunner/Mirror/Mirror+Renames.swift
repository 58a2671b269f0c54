import MigrationPlanning
import SQLText
import SchemaModel

/// Rows that name a collection or field which gets another name in this plan.
extension Mirror {
    /// Tables with a column that holds a collection's name.
    private static let holders: [(table: StaticString, column: StaticString)] = [
        ("directus_fields", "collection"), ("directus_relations", "many_collection"), ("directus_relations", "one_collection"),
        ("directus_permissions", "collection"), ("directus_presets", "collection"), ("directus_activity", "collection"),
        ("directus_revisions", "collection"), ("directus_comments", "collection"), ("directus_notifications", "collection"),
        ("directus_shares", "collection"), ("directus_versions", "collection"), ("directus_collections", "group"),
    ]

    var followRenames: [SQLFragment] {
        renames.flatMap { rename -> [SQLFragment] in
            guard let collection = collection(of: rename.table) else { return [] }
            guard let column = rename.column else { return follow(collection: collection, from: rename.oldName) }
            return follow(field: column, of: collection, from: rename.oldName)
        }
    }

    private func collection(of table: SQLIdentifier) -> CollectionName? {
        snapshot.collections.first { $0.table?.name == table.name && $0.table?.schema == nil }?.name
    }

    private func follow(collection: CollectionName, from old: SQLIdentifier) -> [SQLFragment] {
        // Where the table has another name than the collection, the collection's own name did not change with it.
        guard snapshot.collection(collection)?.table?.name == collection.text else { return [] }
        return Mirror.holders.compactMap { holder in
            let table = SQLIdentifier(static: holder.table)
            guard snapshot.collection(CollectionName(table.name)) != nil else { return nil }
            let column = SQLIdentifier(static: holder.column)
            return """
                UPDATE \(schema).\(table) SET \(column) = \(bind: .text(collection.text), as: .text) \
                WHERE \(column) = \(bind: .text(old.name), as: .text)
                """
        }
    }

    private func follow(field: SQLIdentifier, of collection: CollectionName, from old: SQLIdentifier) -> [SQLFragment] {
        let new: SQLFragment = "\(bind: .text(field.name), as: .text)"
        let was: SQLFragment = "\(bind: .text(old.name), as: .text)"
        let name: SQLFragment = "\(bind: .text(collection.text), as: .text)"
        return [
            "UPDATE \(schema).directus_fields SET field = \(new) WHERE collection = \(name) AND field = \(was)",
            "UPDATE \(schema).directus_relations SET many_field = \(new) WHERE many_collection = \(name) AND many_field = \(was)",
            "UPDATE \(schema).directus_relations SET sort_field = \(new) WHERE many_collection = \(name) AND sort_field = \(was)",
            """
            UPDATE \(schema).directus_permissions SET fields = array_to_string(array_replace(string_to_array(fields, ','), \(was), \(new)), ',') \
            WHERE collection = \(name) AND \(was) = ANY (string_to_array(fields, ','))
            """,
        ]
    }
}

import JSONText
import SchemaModel

extension SnapshotReader {
    mutating func collection(_ value: JSONValue, at path: SnapshotPath) {
        guard var members = SnapshotMembers(value, at: path, log: &log) else { return }
        let name = members.name("collection")
        let meta = members.value("meta")
        let table = tableName(&members)
        members.finish(into: &log)
        guard let name else { return }
        if CollectionName(name).hasSystemPrefix {
            log.mistake("system-collection", at: path.appending("collection"), "`\(name)` is a system collection; a snapshot holds the admin's alone")
            return
        }
        if schema.collections.contains(where: { $0.name.text == name }) {
            log.mistake("duplicate-collection", at: path, "the collection `\(name)` stands here twice")
            return
        }
        var collection = Collection(
            name: CollectionName(name), table: table, hasMeta: meta != nil, fields: [],
            primaryKey: table == nil ? "" : "id")
        if let meta, var members = SnapshotMembers(meta, at: path.appending("meta"), log: &log) {
            collection.meta = collectionMeta(&members, name: name)
            members.finish(into: &log)
        }
        schema.collections.append(collection)
    }

    /// nil for a folder: it has no `schema`.
    private func tableName(_ members: inout SnapshotMembers) -> TableName? {
        guard let value = members.value("schema") else { return nil }
        var log = SnapshotLog()
        var table: TableName?
        if var schema = SnapshotMembers(value, at: members.path.appending("schema"), log: &log) {
            table = schema.name("name").map { TableName(name: $0) }
            // The older of Directus' versions name the schema and the comment too.
            _ = schema.string("schema")
            schema.finish(into: &log)
        }
        members.take(log)
        return table
    }

    private func collectionMeta(_ members: inout SnapshotMembers, name: String) -> CollectionMeta {
        var meta = CollectionMeta()
        if let other = members.string("collection"), other != name {
            members.mistake("contradiction", "collection", "`meta.collection` is `\(other)`, the collection is `\(name)`")
        }
        _ = members.integer("id")
        meta.note = members.string("note")
        meta.icon = members.string("icon")
        meta.color = members.string("color")
        meta.hidden = members.bool("hidden", default: false)
        meta.singleton = members.bool("singleton", default: false)
        meta.group = members.string("group")
        meta.collapse = members.string("collapse") ?? "open"
        meta.sort = members.integer("sort")
        meta.displayTemplate = members.string("display_template")
        meta.translations = members.value("translations")
        meta.archiveField = members.string("archive_field")
        meta.archiveValue = members.string("archive_value")
        meta.unarchiveValue = members.string("unarchive_value")
        meta.archiveAppFilter = members.bool("archive_app_filter", default: true)
        meta.sortField = members.string("sort_field").map { FieldName($0) }
        // Absent is the default, `all`; null is what `none` is called there.
        let isUntold = members.isNull("accountability")
        let accountability = members.word("accountability", default: Accountability.all)
        meta.accountability = isUntold ? Accountability.none : accountability
        meta.itemDuplicationFields = members.value("item_duplication_fields")
        meta.previewURL = members.string("preview_url")
        meta.versioning = members.bool("versioning", default: false)
        return meta
    }
}

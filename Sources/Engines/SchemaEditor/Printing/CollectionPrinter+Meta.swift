import JSONText
import SchemaModel

extension CollectionPrinter {
    /// The studio's keys of a collection or folder; defaults are left out.
    static func meta(of meta: CollectionMeta) -> [YAMLTree.Entry] {
        var entries: [YAMLTree.Entry] = []
        func add(_ key: String, _ value: JSONValue?) {
            if let value { entries.append(.init(key, .value(value))) }
        }
        func add(_ key: String, _ text: String?) { add(key, text.map { JSONValue.string($0) }) }
        func add(_ key: String, _ flag: Bool) { if flag { add(key, JSONValue.bool(true)) } }
        add("note", meta.note)
        add("icon", meta.icon)
        add("color", meta.color)
        add("hidden", meta.hidden)
        add("singleton", meta.singleton)
        add("group", meta.group)
        add("menu_sort", meta.sort.map { JSONValue.integer($0) })
        if meta.collapse != "open" { add("collapse", meta.collapse) }
        add("display", meta.displayTemplate)
        add("sort", meta.sortField?.text)
        add("archive", archive(of: meta))
        add("versioning", meta.versioning)
        if meta.accountability != .all { add("accountability", meta.accountability.rawValue) }
        add("duplicate", meta.itemDuplicationFields)
        add("preview_url", meta.previewURL)
        add("translations", meta.translations)
        return entries
    }

    private static func archive(of meta: CollectionMeta) -> JSONValue? {
        var parts: [(String, JSONValue)] = []
        if let field = meta.archiveField { parts.append(("field", .string(field))) }
        if let value = meta.archiveValue { parts.append(("value", .string(value))) }
        if let value = meta.unarchiveValue { parts.append(("restore", .string(value))) }
        if !meta.archiveAppFilter { parts.append(("filter", false)) }
        if parts.isEmpty { return Optional.none }
        return .object(JSONObject(parts))
    }
}

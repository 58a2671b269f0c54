import JSONText
import SchemaModel

/// The row in `directus_collections`.
enum CollectionMetaReading {
    static func read(_ draft: Draft) -> CollectionMeta {
        var meta = CollectionMeta()
        if case .derived(_, let kind) = draft.source {
            meta.hidden = true
            meta.icon = kind == .junction ? "import_export" : "translate"
        }
        guard let keys = draft.declaration?.keys else { return meta }
        meta.note = keys.text(.note)
        meta.icon = keys.text(.icon)
        meta.color = keys.text(.color)
        meta.hidden = keys.flag(.hidden) ?? false
        meta.singleton = keys.flag(.singleton) ?? false
        meta.group = keys.text(.group)
        meta.collapse = keys.word(.collapse) ?? "open"
        meta.sort = keys.integer(.menuSort)
        meta.displayTemplate = keys.text(.display).map { template($0, draft) }
        meta.translations = keys.json(.translations)
        if let archive = keys.nested(.archive, ArchiveKey.self) {
            meta.archiveField = archive.text(.field)
            meta.archiveValue = archive[.value]?.scalar?.text
            meta.unarchiveValue = archive[.restore]?.scalar?.text
            meta.archiveAppFilter = archive.flag(.filter) ?? true
        }
        meta.sortField = keys.text(.sort).map { FieldName($0) }
        if let node = keys[.accountability] {
            meta.accountability = node.isNull ? .none : keys.word(.accountability).flatMap { Accountability(rawValue: $0) } ?? .all
        }
        meta.itemDuplicationFields = keys.names(.duplicate).map { names in .array(names.map { .string(path($0.value, draft)) }) }
        meta.previewURL = keys.text(.previewURL)
        meta.versioning = keys.flag(.versioning) ?? false
        meta.behaviors = keys.names(.behaviors)?.compactMap { Behavior(rawValue: $0.value) } ?? []
        return meta
    }

    /// Translated fields are reached through their alias.
    private static func path(_ path: String, _ draft: Draft) -> String {
        let first = String(path.prefix { $0 != "." })
        return draft.moved[first].map { "\($0.alias).\(path)" } ?? path
    }

    private static func template(_ text: String, _ draft: Draft) -> String {
        guard !draft.moved.isEmpty else { return text }
        return DisplayTemplate.rewrite(text) { path($0, draft) }
    }
}

/// Texts with fields in double braces: `{{title}} by {{ author.name }}`.
enum DisplayTemplate {
    /// The paths in a template, in order.
    static func paths(_ text: String) -> [String] {
        var found: [String] = []
        _ = rewrite(text) {
            found.append($0)
            return $0
        }
        return found
    }

    /// Replaces each path; everything else stays, blanks inside the braces too.
    static func rewrite(_ text: String, _ replace: (String) -> String) -> String {
        var out = ""
        var rest = text[...]
        while let open = pair("{", in: rest), let close = pair("}", in: rest[open...]) {
            let start = rest.index(open, offsetBy: 2)
            let inner = rest[start..<close]
            let path = inner.drop { $0 == " " }
            let trimmed = path.reversed().drop { $0 == " " }.reversed()
            out += rest[..<start] + inner.prefix { $0 == " " }
            out += replace(String(trimmed))
            out += inner[inner.index(inner.startIndex, offsetBy: inner.prefix { $0 == " " }.count + trimmed.count)...]
            rest = rest[close...]
            out += rest.prefix(2)
            rest = rest.dropFirst(2)
        }
        return out + rest
    }

    private static func pair(_ character: Character, in text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while let found = text[index...].firstIndex(of: character) {
            let next = text.index(after: found)
            if next < text.endIndex, text[next] == character { return found }
            index = next
        }
        return nil
    }
}

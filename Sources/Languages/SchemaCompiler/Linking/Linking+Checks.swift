import JSONText
import SchemaModel

/// Step 6: what collections and fields say about each other.
///
/// - Errors, by code: `unknown-group`, `group-cycle`, `unknown-field`, `translated-field`, `wrong-type`. Warnings: `unknown-field` in templates,
///   `no-effect`.
extension Linking {
    mutating func checkCollections(_ snapshot: SchemaSnapshot) {
        for index in drafts.indices {
            checkGroup(of: index)
            checkMeta(of: index, snapshot)
            checkFieldGroups(of: index)
        }
        checkGroupCycles()
    }

    private mutating func checkGroup(of index: Int) {
        guard let group = drafts[index].declaration?.keys.name(.group), indexByName[CollectionName(group.value)] == nil,
            !unreadableNames.contains(group.value)
        else { return }
        let near = Spelling.nearest(to: group.value, among: drafts.map(\.name.text))
        report(
            "unknown-group", "no file defines the folder `\(group.value)`", at: group.location,
            hint: near.map { "did you mean `\($0)`?" } ?? "add a document `folder: \(group.value)`")
    }

    private mutating func checkGroupCycles() {
        var groups: [CollectionName: Located<String>] = [:]
        for draft in drafts { groups[draft.name] = draft.declaration?.keys.name(.group) }
        var reported: Set<CollectionName> = []
        for draft in drafts {
            var path = [draft.name]
            while let next = groups[path[path.count - 1]].map({ CollectionName($0.value) }), path.count <= drafts.count {
                if next == draft.name {
                    if path.allSatisfy({ !reported.contains($0) }), let place = groups[draft.name]?.location {
                        let names = (path + [next]).map(\.text).joined(separator: " → ")
                        report("group-cycle", "groups go round in a circle: \(names)", at: place)
                    }
                    reported.formUnion(path)
                    break
                }
                if path.contains(next) { break }
                path.append(next)
            }
        }
    }

    private mutating func checkMeta(of index: Int, _ snapshot: SchemaSnapshot) {
        let draft = drafts[index]
        guard let keys = draft.declaration?.keys, !draft.isSystem else { return }
        if let sort = keys.name(.sort) { checkColumn(sort, index, "keeps the order") }
        let archive = keys.nested(.archive, ArchiveKey.self)
        if let field = archive?.name(.field) { checkColumn(field, index, "says whether an item is archived") }
        if let archive, archive.name(.field) == nil {
            report("no-effect", "`archive` without `field` does nothing", at: keys.location(of: .archive), severity: .warning)
        }
        if keys.flag(.singleton) == true {
            for key in [CollectionKey.sort, .archive] where keys.has(key) {
                report("no-effect", "a singleton has one item: `\(key.rawValue)` does nothing", at: keys.location(of: key), severity: .warning)
            }
        }
        if draft.isFolder { return }
        for key in [CollectionKey.display, .previewURL] {
            guard let text = keys.text(key), let node = keys[key] else { continue }
            for path in DisplayTemplate.paths(text) { checkPath(path, index, node.location, snapshot) }
        }
        for path in keys.names(.duplicate) ?? [] { checkPath(path.value, index, path.location, snapshot) }
    }

    private mutating func checkColumn(_ name: Located<String>, _ index: Int, _ purpose: String) {
        guard let field = drafts[index].field(name.value) else { return reportUnknown(field: name, of: index) }
        if !field.form.hasColumn {
            report("wrong-type", "`\(name.value)` \(purpose) and needs a column; it is \(field.form.rawValue)", at: name.location)
        }
    }

    /// A dotted path in a template. The studio alone reads it, so a fault is a warning.
    private mutating func checkPath(_ path: String, _ index: Int, _ location: SourceLocation, _ snapshot: SchemaSnapshot) {
        var at = index
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let name = String(part.prefix { $0 != ":" })
            if name.hasPrefix("$") || name.contains("(") || drafts[at].moved[name] != nil { return }
            guard drafts[at].field(name) != nil else {
                return reportUnknown(field: Located(value: name, location: location), of: at, severity: .warning)
            }
            let role = snapshot.role(of: FieldName(name), in: drafts[at].name)
            let scope = part.firstIndex(of: ":").map { CollectionName(String(part[part.index(after: $0)...])) }
            guard let next = scope ?? role.flatMap(Linking.far), let found = indexByName[next] else { return }
            at = found
        }
    }

    private static func far(_ role: RelationRole) -> CollectionName? {
        switch role {
        case .manyToOne(let relation): relation.oneCollection
        case .oneToMany(let relation): relation.manyCollection
        case .anyToOne: nil
        }
    }

    private mutating func checkFieldGroups(of index: Int) {
        let draft = drafts[index]
        for field in draft.fields {
            guard let group = field.keys.name(.group) else { continue }
            guard let parent = draft.field(group.value) else {
                reportUnknown(field: group, of: index)
                continue
            }
            if parent.form != .alias {
                report(
                    "wrong-type", "`\(group.value)` is \(parent.form.rawValue), not a group", at: group.location,
                    hint: "a group is `{ type: alias, interface: group-detail }`")
            }
            var seen: Set<String> = [field.name]
            var next: FieldDraft? = parent
            while let current = next {
                guard seen.insert(current.name).inserted else {
                    if current.name == field.name {
                        report("group-cycle", "the groups of `\(draft.name)` go round in a circle at `\(field.name)`", at: group.location)
                    }
                    break
                }
                next = current.keys.text(.group).flatMap { draft.field($0) }
            }
        }
    }
}

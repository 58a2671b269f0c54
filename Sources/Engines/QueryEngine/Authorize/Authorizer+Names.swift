import AccessControl
import SchemaModel

/// Whether the names that a request mentions may be mentioned: unknown and forbidden ones are refused in the same words, place by place.
extension Authorizer {
    func canRead(_ collection: CollectionName) -> Bool {
        access.isAdmin || access.access(to: collection, for: .read) != nil
    }

    func isReadable(_ field: FieldName, of collection: CollectionName) -> Bool {
        access.isAdmin || access.access(to: collection, for: .read)?.fields.contains(field) == true
    }

    func checkNames(_ query: ResolvedQuery) throws(WireError) {
        try checkNames(query.uses)
    }

    func checkNames(_ uses: [FieldUse]) throws(WireError) {
        // A level whose collection is unreadable goes away, with all below it.
        var dropped = Set<[String]>()
        for use in uses where !use.level.isEmpty && use.path == use.level && snapshot.schema.collection(use.collection) != nil {
            if !canRead(use.collection) { dropped.insert(use.level) }
        }
        for place in [FieldUse.Place.selection, .argument] {
            var first: (path: [String], collection: CollectionName, whole: Bool)?
            var names: [String] = []
            for use in uses where use.place == place {
                if let first, first.path != use.path { continue }
                let isDropped = !dropped.isEmpty && use.level.indices.contains { dropped.contains(Array(use.level[...$0])) }
                if isDropped || isDroppedRelation(use) { continue }
                let hidden = !canRead(use.collection) || snapshot.schema.collection(use.collection) == nil
                if !hidden, use.exists, use.name.map({ isReadable(FieldName($0), of: use.collection) }) ?? true { continue }
                if first == nil { first = (use.path, use.collection, hidden) }
                if let name = use.name, !names.contains(name) { names.append(name) }
            }
            guard let first else { continue }
            if first.whole { throw .forbidden(collection: first.collection, path: first.path) }
            throw .forbidden(fields: names, of: first.collection, path: first.path)
        }
    }

    private func isDroppedRelation(_ use: FieldUse) -> Bool {
        guard use.place == .selection, let target = use.target else { return false }
        return !canRead(target)
    }
}

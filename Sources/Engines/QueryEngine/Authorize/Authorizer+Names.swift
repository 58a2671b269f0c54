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
        // Selections below a relation whose collection is unreadable go away with it.
        var dropped = Set<[String]>()
        for use in uses where !use.path.isEmpty && use.place == .selection && snapshot.schema.collection(use.collection) != nil {
            if !canRead(use.collection) { dropped.insert(use.path) }
        }
        var places: [[String]] = []
        var refused: [[String]: (collection: CollectionName, whole: Bool, names: [String])] = [:]
        for use in uses {
            let isDropped = !dropped.isEmpty && use.path.indices.contains { dropped.contains(Array(use.path[...$0])) }
            if isDropped || isDroppedRelation(use) { continue }
            let hidden = !canRead(use.collection) || snapshot.schema.collection(use.collection) == nil
            if !hidden, use.exists, isReadable(FieldName(use.name), of: use.collection) { continue }
            if refused[use.path] == nil {
                places.append(use.path)
                refused[use.path] = (use.collection, hidden, [])
            }
            if refused[use.path]?.names.contains(use.name) == false { refused[use.path]?.names.append(use.name) }
        }
        guard let first = places.min(by: { $0.count < $1.count }), let refusal = refused[first] else { return }
        if refusal.whole { throw .forbidden(collection: refusal.collection, path: first) }
        throw .forbidden(fields: refusal.names, of: refusal.collection, path: first)
    }

    private func isDroppedRelation(_ use: FieldUse) -> Bool {
        guard use.place == .selection, let target = use.target else { return false }
        return !canRead(target)
    }
}

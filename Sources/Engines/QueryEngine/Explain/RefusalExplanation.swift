import AccessControl
package import SchemaModel

/// Why a read is refused: the stage that refused it, and what the caller would need. For administrators' eyes: it tells apart what is forbidden
/// and what does not exist.
package struct RefusalExplanation: Sendable, Equatable {
    /// In the order of a request.
    package enum Stage: String, Sendable, CaseIterable {
        case query, collection, key, names, rights, database
    }

    package let stage: Stage
    package let error: WireError
    package let missing: [MissingGrant]

    package init(stage: Stage, error: WireError, missing: [MissingGrant] = []) {
        self.stage = stage
        self.error = error
        self.missing = missing
    }
}

/// Something that a request names and its caller may not read.
package struct MissingGrant: Sendable, Equatable {
    package let collection: CollectionName
    /// nil = the collection itself.
    package let field: String?
    /// Keys of relations from the root.
    package let path: [String]
    package let exists: Bool
    /// The name that may have been meant.
    package let hint: String?
    /// Policies that would grant it, each with its place.
    package let grantedBy: [String]
}

extension ReadExplainer {
    /// What a refused read names and its caller may not read, or that does not exist.
    package func missing(in resolved: ResolvedQuery) -> [MissingGrant] {
        let judge = Authorizer(snapshot: snapshot, access: access)
        var found: [MissingGrant] = []
        let root = resolved.root.collection.name
        if !judge.canRead(root) { found.append(missing(nil, of: root, path: [], exists: true)) }
        for use in resolved.uses {
            guard let grant = missing(use, judge), !found.contains(grant) else { continue }
            found.append(grant)
        }
        return found
    }

    /// The same for a collection that does not exist, or has no table.
    package func missing(collection: CollectionName) -> MissingGrant { missing(nil, of: collection, path: [], exists: false) }

    private func missing(_ use: FieldUse, _ judge: Authorizer) -> MissingGrant? {
        guard snapshot.schema.collection(use.collection) != nil else { return missing(nil, of: use.collection, path: use.path, exists: false) }
        if !judge.canRead(use.collection) { return missing(nil, of: use.collection, path: use.path, exists: true) }
        guard let name = use.name, !use.exists || !judge.isReadable(FieldName(name), of: use.collection) else { return nil }
        return missing(name, of: use.collection, path: use.path, exists: use.exists)
    }

    private func missing(_ field: String?, of collection: CollectionName, path: [String], exists: Bool) -> MissingGrant {
        let candidates = field == nil ? snapshot.schema.collections.map(\.name.text) : names(in: collection)
        let hint = exists ? nil : Spelling.nearest(to: field ?? collection.text, among: candidates)
        return MissingGrant(
            collection: collection, field: field, path: path, exists: exists, hint: hint,
            grantedBy: exists ? granting(field.map { FieldName($0) }, of: collection) : [])
    }

    private func names(in collection: CollectionName) -> [String] {
        snapshot.schema.collection(collection)?.fields.filter { !$0.isNoData }.map(\.name.text) ?? []
    }

    private func granting(_ field: FieldName?, of collection: CollectionName) -> [String] {
        snapshot.access.permissions.sorted { $0.key < $1.key }.compactMap { id, permission in
            guard permission.collection == collection, permission.action == .read else { return nil }
            if let field, !permission.fields.contains("*"), !permission.fields.contains(field.text) { return nil }
            return "\(labels.name(of: permission.policy)) (\(labels.place(of: id)))"
        }
    }
}

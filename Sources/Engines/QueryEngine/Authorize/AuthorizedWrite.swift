package import AccessControl
package import SchemaModel

/// Only `Authorizer` has one to give.
private struct Seal: Sendable {}

/// Leave to create, update or delete rows of one collection with certain fields. Whoever holds one has had the fields checked; the rows are checked
/// by the statement itself (`WriteSQL`), whose WHERE carries the rule.
package struct AuthorizedWrite: Sendable {
    package let collection: Collection
    package let action: PermissionAction
    /// The rows on which all fields of the payload may be written (for create: not asked).
    let rows: AuthorizedPredicate
    /// Presets and validation of all policies, in priority order; empty for admins.
    package let permissionRows: [PermissionRow]
    private let seal: Seal

    fileprivate init(collection: Collection, action: PermissionAction, rows: AuthorizedPredicate, permissionRows: [PermissionRow]) {
        self.collection = collection
        self.action = action
        self.rows = rows
        self.permissionRows = permissionRows
        seal = Seal()
    }

    /// No rule narrows the rows.
    package var isUnconditional: Bool { rows.isAlways }
}

/// A mutation's share of the authoriser (contract/items.md, 5.5–5.7).
package struct WriteAuthorizer {
    private let snapshot: EngineSnapshot
    private let access: EffectiveAccess

    package init(snapshot: EngineSnapshot, access: EffectiveAccess) {
        self.snapshot = snapshot
        self.access = access
    }

    /// - Parameter keys: the payload's members, nested ones too.
    /// - Throws: `FORBIDDEN`: no row for the action, or a key that no policy grants.
    package func create(_ keys: [String], on collection: Collection) throws(WireError) -> AuthorizedWrite {
        guard let rights = try rights(.create, on: collection) else {
            return AuthorizedWrite(collection: collection, action: .create, rows: .always, permissionRows: [])
        }
        if case .some = rights.fields { try check(keys, rights, on: collection) }
        return AuthorizedWrite(collection: collection, action: .create, rows: .always, permissionRows: rights.rows)
    }

    /// Unlike for a create, a key that does not exist is refused under `*` too.
    package func update(_ keys: [String], on collection: Collection) throws(WireError) -> AuthorizedWrite {
        guard let rights = try rights(.update, on: collection) else {
            return AuthorizedWrite(collection: collection, action: .update, rows: .always, permissionRows: [])
        }
        try check(keys, rights, on: collection)
        let rows = Authorizer(snapshot: snapshot, access: access).rows(of: collection, for: .update, fields: keys.map { FieldName($0) }) ?? .never
        return AuthorizedWrite(collection: collection, action: .update, rows: rows, permissionRows: rights.rows)
    }

    package func delete(on collection: Collection) throws(WireError) -> AuthorizedWrite {
        guard let rights = try rights(.delete, on: collection) else {
            return AuthorizedWrite(collection: collection, action: .delete, rows: .always, permissionRows: [])
        }
        let rows = Authorizer(snapshot: snapshot, access: access).rows(of: collection, for: .delete, fields: []) ?? .never
        return AuthorizedWrite(collection: collection, action: .delete, rows: rows, permissionRows: rights.rows)
    }

    /// nil for admins: everything.
    private func rights(_ action: PermissionAction, on collection: Collection) throws(WireError) -> ActionAccess? {
        if access.isAdmin { return nil }
        guard let rights = access.access(to: collection.name, for: action) else { throw .forbidden(collection: collection.name) }
        guard rights.rows.contains(where: refuses) else { return rights }
        return ActionAccess(
            cases: rights.cases, fields: rights.fields, orderedFields: rights.orderedFields,
            rows: rights.rows.map { refuses($0) ? $0.refusing : $0 })
    }

    /// Its validation or presets name what does not exist: the condition must not vanish (attack D16).
    private func refuses(_ row: PermissionRow) -> Bool { row.permission.map { snapshot.refusing.contains($0) } ?? false }

    private func check(_ keys: [String], _ rights: ActionAccess, on collection: Collection) throws(WireError) {
        let refused = keys.filter { key in
            let name = FieldName(key)
            return !rights.fields.contains(name) || snapshot.schema.field(name, of: collection.name)?.isNoData ?? true
        }
        if !refused.isEmpty { throw .forbidden(fields: refused, of: collection.name) }
    }
}

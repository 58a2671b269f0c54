internal import SchemaModel
internal import Synchronization

extension AccessSnapshot {
    /// The principal with its roles and rights at that address; its attributes are still to be loaded (`EffectiveAccess.variables`).
    package func caller(_ principal: Principal, origin: RequestOrigin) -> Caller {
        if case .system = principal { return Caller(principal: principal, access: .full, origin: origin) }
        if let known = cache.withLock({ $0.byPrincipal[principal] }) {
            return Caller(principal: principal, roles: known.roles, access: known.access, origin: origin)
        }
        let roles: [RoleID] = if case .user(_, let role) = principal { roleChain(of: role) } else { [] }
        let access = effectiveAccess(for: appliedPolicies(to: principal, at: origin.address))
        if !dependsOnAddress(principal) {
            cache.withLock { cache in
                if cache.byPrincipal.count >= AccessCache.maximumEntries { cache.byPrincipal.removeAll() }
                cache.byPrincipal[principal] = (roles, access)
            }
        }
        return Caller(principal: principal, roles: roles, access: access, origin: origin)
    }

    /// What these policies allow together; the same object for the same policies as long as the cache holds it.
    /// - Source: contract/items.md, 5.3 (cases) and 5.9 (app access).
    package func effectiveAccess(for applied: AppliedPolicies) -> EffectiveAccess {
        if let known = cache.withLock({ $0.byPolicies[applied] }) { return known }
        let made = makeEffectiveAccess(for: applied)
        return cache.withLock { cache in
            if let known = cache.byPolicies[applied] { return known }
            if cache.byPolicies.count >= AccessCache.maximumEntries { cache.byPolicies.removeAll() }
            cache.byPolicies[applied] = made
            return made
        }
    }

    private func makeEffectiveAccess(for applied: AppliedPolicies) -> EffectiveAccess {
        if applied.isAdmin {
            return EffectiveAccess(
                isAdmin: true, hasAppAccess: true, enforcesTFA: applied.enforcesTFA, policies: applied.policies, grants: [:])
        }
        var all = applied.policies.flatMap { index.grants[$0] ?? [] }
        if applied.hasAppAccess { all += index.appGrants }
        var merged: [CollectionName: [PermissionAction: ActionMerge]] = [:]
        var forReads: Set<DynamicVariable> = []
        var forWrites: Set<DynamicVariable> = []
        for grant in all {
            merged[grant.collection, default: [:]][grant.action, default: ActionMerge()].add(grant)
            let mentioned = grant.row.rule.map { index.variablesOfRule[$0.index] } ?? []
            if grant.action == .read { forReads.formUnion(mentioned) }
            forWrites.formUnion(mentioned)
            forWrites.formUnion(grant.writeVariables)
        }
        return EffectiveAccess(
            isAdmin: false, hasAppAccess: applied.hasAppAccess, enforcesTFA: applied.enforcesTFA, policies: applied.policies,
            grants: merged.mapValues { $0.mapValues(\.access) },
            variables: [
                .reads: forReads.sorted { $0.text < $1.text }, .writes: forWrites.sorted { $0.text < $1.text },
            ])
    }
}

/// Rows of one collection and action on their way into cases.
private struct ActionMerge {
    private var cases: [AccessCase] = []
    private var fields = FieldSet.some([])
    private var orderedFields: [FieldName] = []
    private var rows: [PermissionRow] = []

    mutating func add(_ grant: AccessIndex.Grant) {
        // The item rule of a create permission judges no rows (contract/items.md, 5.1).
        let rule = grant.action == .create ? nil : grant.row.rule
        if let at = cases.firstIndex(where: { $0.rule == rule }) {
            cases[at] = AccessCase(fields: cases[at].fields.union(grant.row.fields), rule: rule)
        } else {
            cases.append(AccessCase(fields: grant.row.fields, rule: rule))
        }
        if case .some(let known) = fields {
            var known = known
            for field in grant.orderedFields where known.insert(field).inserted { orderedFields.append(field) }
        }
        fields = fields.union(grant.row.fields)
        rows.append(grant.row)
    }

    var access: ActionAccess { ActionAccess(cases: cases, fields: fields, orderedFields: orderedFields, rows: rows) }
}

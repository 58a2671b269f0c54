package import SchemaModel

/// The policies that apply to a caller at an address, with what their flags add up to.
package struct AppliedPolicies: Hashable, Sendable {
    /// In priority order: root role … leaf role (or the public's), then the user's own; each once, at its last place.
    package let policies: [PolicyID]
    package let isAdmin: Bool
    package let hasAppAccess: Bool
    package let enforcesTFA: Bool
}

extension AccessSnapshot {
    /// The role and its parents, root first. A cycle ends where it closes; a parent without a row is not followed.
    package func roleChain(of role: RoleID?) -> [RoleID] {
        var chain: [RoleID] = []
        var next = role
        while let id = next, !chain.contains(id) {
            chain.append(id)
            next = roles[id]?.parent
        }
        return chain.reversed()
    }

    /// - Parameter address: the caller's, in any spelling; nil or no address = policies with `ip_access` don't apply.
    /// - Source: contract/items.md, 5.2. What only the public has never gives admin or app access.
    package func appliedPolicies(to principal: Principal, at address: String?) -> AppliedPolicies {
        let attached = attachedPolicies(of: principal)
        var isAdmin = false
        var hasAppAccess = false
        var enforcesTFA = false
        var applied: [PolicyID] = []
        var parsed: IPAddress??
        for (offset, id) in attached.policies.enumerated() {
            guard let policy = policies[id], !attached.policies[(offset + 1)...].contains(id) else { continue }
            if let rules = index.addressRules[id] {
                let caller = parsed ?? address.flatMap { IPAddress($0) }
                parsed = .some(caller)
                guard let caller, rules.contains(where: { $0.contains(caller) }) else { continue }
            }
            applied.append(id)
            guard attached.own.contains(id) else { continue }
            isAdmin = isAdmin || policy.adminAccess
            hasAppAccess = hasAppAccess || policy.appAccess
            enforcesTFA = enforcesTFA || policy.enforceTFA
        }
        return AppliedPolicies(policies: applied, isAdmin: isAdmin, hasAppAccess: hasAppAccess || isAdmin, enforcesTFA: enforcesTFA)
    }

    /// The keys alone (contract/items.md, 5.2).
    package func policies(for principal: Principal, at address: String?) -> [PolicyID] {
        appliedPolicies(to: principal, at: address).policies
    }

    /// Whether what applies to the principal depends on its address.
    func dependsOnAddress(_ principal: Principal) -> Bool {
        attachedPolicies(of: principal).policies.contains { index.addressRules[$0] != nil }
    }

    /// Without regard to addresses; the same policy may stand there twice. `own` are those whose flags count.
    private func attachedPolicies(of principal: Principal) -> (policies: [PolicyID], own: Set<PolicyID>) {
        switch principal {
        case .system: return ([], [])
        case .public: return (index.publicPolicies, [])
        case .user(let user, let role):
            let ofUser = index.policiesOfUser[user] ?? []
            guard let role else { return (index.publicPolicies + ofUser, Set(ofUser)) }
            let all = roleChain(of: role).flatMap { index.policiesOfRole[$0] ?? [] } + ofUser
            return (all, Set(all))
        }
    }
}

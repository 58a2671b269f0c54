internal import SchemaModel

/// What a snapshot looks up at each request, computed once when it is built.
struct AccessIndex: Sendable {
    var policiesOfRole: [RoleID: [PolicyID]] = [:]
    var policiesOfUser: [UserID: [PolicyID]] = [:]
    var publicPolicies: [PolicyID] = []
    /// Policies with a non-empty `ip_access`. One whose entries are all wrong has an empty list here: it never applies.
    var addressRules: [PolicyID: [AddressRule]] = [:]
    /// Grants by policy, in the order of the rows' keys.
    var grants: [PolicyID: [Grant]] = [:]
    /// What every caller with app access has besides (contract/items.md, 5.9).
    var appGrants: [Grant] = []
    /// The dotted variables of each rule, by `RuleID.index`.
    var variablesOfRule: [[DynamicVariable]] = []

    /// One usable permission row.
    struct Grant: Sendable {
        let collection: CollectionName
        let action: PermissionAction
        /// In the order written; without `*`.
        let orderedFields: [FieldName]
        let row: PermissionRow
        /// Dotted variables of validation and presets.
        let writeVariables: [DynamicVariable]
    }
}

/// What was derived from a snapshot, bounded: when a table is full it is emptied.
struct AccessCache {
    static let maximumEntries = 2048
    var byPolicies: [AppliedPolicies: EffectiveAccess] = [:]
    var byPrincipal: [Principal: (roles: [RoleID], access: EffectiveAccess)] = [:]
}

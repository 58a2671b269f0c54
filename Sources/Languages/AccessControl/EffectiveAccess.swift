package import JSONText
package import SchemaModel

/// What a set of policies allows, computed once per set and generation and shared by all requests with that set.
package final class EffectiveAccess: Sendable {
    package let isAdmin: Bool
    /// Admin implies app.
    package let hasAppAccess: Bool
    package let enforcesTFA: Bool
    /// In priority order: root role … leaf role, then the user's own (matters for presets).
    package let policies: [PolicyID]
    private let grants: [CollectionName: [PermissionAction: ActionAccess]]
    private let variables: [AttributeUse: [DynamicVariable]]

    package init(
        isAdmin: Bool, hasAppAccess: Bool, enforcesTFA: Bool = false, policies: [PolicyID],
        grants: [CollectionName: [PermissionAction: ActionAccess]], variables: [AttributeUse: [DynamicVariable]] = [:]
    ) {
        self.isAdmin = isAdmin
        self.hasAppAccess = hasAppAccess || isAdmin
        self.enforcesTFA = enforcesTFA
        self.policies = policies
        self.grants = grants
        self.variables = variables
    }

    /// The dotted variables whose values these rights need, by text; loaded anew for each request (attack D17).
    package func variables(for use: AttributeUse) -> [DynamicVariable] { variables[use] ?? [] }

    /// Everything: the server itself, admins.
    package static let full = EffectiveAccess(isAdmin: true, hasAppAccess: true, policies: [], grants: [:])
    package static let nothing = EffectiveAccess(isAdmin: false, hasAppAccess: false, policies: [], grants: [:])

    /// The rows for one action; nil when no policy has one (everything is then forbidden). Not asked for admins.
    package func access(to collection: CollectionName, for action: PermissionAction) -> ActionAccess? { grants[collection]?[action] }

    /// Collections that have a row for the action.
    package func collections(for action: PermissionAction) -> [CollectionName] {
        grants.compactMap { $0.value[action] == nil ? nil : $0.key }.sorted()
    }
}

/// What a request is going to do, as far as the caller's attributes depend on it.
package enum AttributeUse: Sendable, Hashable {
    /// Row rules of read permissions.
    case reads
    /// Row rules of all permissions, validations and presets.
    case writes
}

/// The rows of all applicable policies for one collection and action.
package struct ActionAccess: Sendable {
    /// Distinct item rules with the fields they grant; rows with the same rule are merged (contract/items.md, 5.3).
    package let cases: [AccessCase]
    /// All granted fields of all cases.
    package let fields: FieldSet
    /// Granted fields in the order of the rows (the default sort falls back to the first).
    package let orderedFields: [FieldName]
    /// Every row's own, in priority order, for presets and validation.
    package let rows: [PermissionRow]

    package init(cases: [AccessCase], fields: FieldSet, orderedFields: [FieldName], rows: [PermissionRow]) {
        self.cases = cases
        self.fields = fields
        self.orderedFields = orderedFields
        self.rows = rows
    }
}

package struct AccessCase: Sendable {
    package let fields: FieldSet
    /// nil = every row.
    package let rule: RuleID?
    package init(fields: FieldSet, rule: RuleID?) {
        self.fields = fields
        self.rule = rule
    }
}

/// An index into `AccessSnapshot.rules`.
package struct RuleID: Hashable, Sendable {
    package let index: Int
    package init(_ index: Int) { self.index = index }
}

package enum FieldSet: Sendable, Equatable {
    case all
    case some(Set<FieldName>)

    package func contains(_ field: FieldName) -> Bool {
        switch self {
        case .all: true
        case .some(let names): names.contains(field)
        }
    }

    package var isEmpty: Bool { if case .some(let names) = self { names.isEmpty } else { false } }

    package func union(_ other: FieldSet) -> FieldSet {
        switch (self, other) {
        case (.all, _), (_, .all): .all
        case (.some(let a), .some(let b)): .some(a.union(b))
        }
    }
}

/// One permission row as it counts for writes.
package struct PermissionRow: Sendable {
    /// nil = built in.
    package let permission: PermissionID?
    package let policy: PolicyID
    package let fields: FieldSet
    package let rule: RuleID?
    /// nil = none.
    package let validation: FilterExpression?
    package let presets: JSONObject?
    /// The row says `permissions: {…}` with something in it, also where that is no condition after all: `/permissions/me` then says `partial`.
    package let hasCondition: Bool
    package init(
        permission: PermissionID? = nil, policy: PolicyID, fields: FieldSet, rule: RuleID?, validation: FilterExpression?, presets: JSONObject?,
        hasCondition: Bool? = nil
    ) {
        self.permission = permission
        self.policy = policy
        self.fields = fields
        self.rule = rule
        self.validation = validation
        self.presets = presets
        self.hasCondition = hasCondition ?? (rule != nil)
    }

    /// The same with a validation that no payload satisfies.
    package var refusing: PermissionRow {
        PermissionRow(
            permission: permission, policy: policy, fields: fields, rule: rule, validation: RuleText.never, presets: presets,
            hasCondition: hasCondition)
    }
}

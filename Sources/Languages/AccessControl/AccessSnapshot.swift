internal import Synchronization
package import SchemaModel

/// All rights at one moment, always built from the rows of `directus_roles`, `_policies`, `_access`, `_permissions`, so that rights in files and
/// rights made through the API are one thing.
///
/// - Made by: `AccessSnapshot.build`. Immutable but for bounded caches of what is derived from it.
package final class AccessSnapshot: Sendable {
    package let roles: [RoleID: RoleRow]
    package let policies: [PolicyID: PolicyRow]
    package let attachments: [AccessRow]
    package let permissions: [PermissionID: PermissionDefinition]
    /// The distinct item rules that permissions name. A rule that does not parse is `nil` here: it is false for every row (fail closed).
    package let rules: [AccessRule]
    package let problems: [AccessProblem]
    /// Every dotted variable (`$CURRENT_USER.desk`) that a rule, validation or preset mentions, by its text.
    package let mentionedVariables: [DynamicVariable]

    let index: AccessIndex
    let cache = Mutex(AccessCache())

    init(
        roles: [RoleID: RoleRow], policies: [PolicyID: PolicyRow], attachments: [AccessRow], permissions: [PermissionID: PermissionDefinition],
        rules: [AccessRule], problems: [AccessProblem], index: AccessIndex, mentionedVariables: [DynamicVariable]
    ) {
        self.roles = roles
        self.policies = policies
        self.attachments = attachments
        self.permissions = permissions
        self.rules = rules
        self.problems = problems
        self.index = index
        self.mentionedVariables = mentionedVariables
    }

    /// No roles, no policies, no rights.
    package static let empty = AccessSnapshot.build(roles: [], policies: [], attachments: [], permissions: [])
}

/// A row of `directus_permissions` by its integer key.
package struct PermissionID: Hashable, Sendable, Comparable {
    package let value: Int
    package init(_ value: Int) { self.value = value }
    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

package struct AccessRule: Sendable {
    package let id: RuleID
    /// The collection whose rows it judges.
    package let collection: CollectionName
    /// nil = it did not parse: false for every row.
    package let filter: FilterExpression?
    /// The permissions that have it; none for what is built in.
    package internal(set) var permissions: [PermissionID] = []
    /// What is wrong with it where `filter` is nil.
    let fault: String?

    init(id: RuleID, collection: CollectionName, filter: FilterExpression?, fault: String? = nil) {
        self.id = id
        self.collection = collection
        self.filter = filter
        self.fault = fault
    }
}

package struct RoleRow: Sendable {
    package let id: RoleID
    package let parent: RoleID?
    package init(id: RoleID, parent: RoleID?) {
        self.id = id
        self.parent = parent
    }
}

package struct PolicyRow: Sendable {
    package let id: PolicyID
    package let ipAccess: [String]
    package let enforceTFA: Bool
    package let adminAccess: Bool
    package let appAccess: Bool
    package init(id: PolicyID, ipAccess: [String], enforceTFA: Bool, adminAccess: Bool, appAccess: Bool) {
        self.id = id
        self.ipAccess = ipAccess
        self.enforceTFA = enforceTFA
        self.adminAccess = adminAccess
        self.appAccess = appAccess
    }
}

/// A row of `directus_access`: which policy is attached to which role or user; neither = public.
package struct AccessRow: Sendable {
    package let policy: PolicyID
    package let role: RoleID?
    package let user: UserID?
    package let sort: Int?
    package init(policy: PolicyID, role: RoleID?, user: UserID?, sort: Int?) {
        self.policy = policy
        self.role = role
        self.user = user
        self.sort = sort
    }
}

/// A right that does not hold because something in it is wrong; reported in the log and by `kerege access check`.
package struct AccessProblem: Sendable, Equatable {
    package let permission: Int?
    package let message: String
    package init(permission: Int?, message: String) {
        self.permission = permission
        self.message = message
    }
}

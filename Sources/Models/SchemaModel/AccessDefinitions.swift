package import JSONText

/// Roles, policies and permissions as files define them. The database's rows have the same shape.
package struct AccessDefinitions: Sendable, Equatable {
    package var roles: [RoleDefinition] = []
    package var policies: [PolicyDefinition] = []
    package var permissions: [PermissionDefinition] = []
    package init() {}
}

package struct RoleDefinition: Sendable, Equatable {
    /// The word in the file.
    package var key: String
    package var id: RoleID
    package var name: String
    package var icon: String?
    package var description: String?
    package var parent: RoleID?
    package var policies: [PolicyID]
    package var origin: SourceLocation?

    package init(
        key: String, id: RoleID, name: String, icon: String? = nil, description: String? = nil, parent: RoleID? = nil, policies: [PolicyID] = [],
        origin: SourceLocation? = nil
    ) {
        self.key = key
        self.id = id
        self.name = name
        self.icon = icon
        self.description = description
        self.parent = parent
        self.policies = policies
        self.origin = origin
    }
}

package struct PolicyDefinition: Sendable, Equatable {
    package var key: String
    package var id: PolicyID
    package var name: String
    package var icon: String?
    package var description: String?
    package var ipAccess: [String]
    package var enforceTFA: Bool
    package var adminAccess: Bool
    package var appAccess: Bool
    package var origin: SourceLocation?

    package init(
        key: String, id: PolicyID, name: String, icon: String? = nil, description: String? = nil, ipAccess: [String] = [], enforceTFA: Bool = false,
        adminAccess: Bool = false, appAccess: Bool = false, origin: SourceLocation? = nil
    ) {
        self.key = key
        self.id = id
        self.name = name
        self.icon = icon
        self.description = description
        self.ipAccess = ipAccess
        self.enforceTFA = enforceTFA
        self.adminAccess = adminAccess
        self.appAccess = appAccess
        self.origin = origin
    }
}

package enum PermissionAction: String, Sendable, CaseIterable, Hashable {
    case create, read, update, delete, share
}

/// One row of `directus_permissions`: what a policy allows on a collection.
package struct PermissionDefinition: Sendable, Equatable {
    package var policy: PolicyID
    package var collection: CollectionName
    package var action: PermissionAction
    /// `["*"]` = all; empty = none.
    package var fields: [String]
    /// The row rule (a filter); nil or `{}` = every row.
    package var permissions: JSONValue?
    package var validation: JSONValue?
    package var presets: JSONValue?
    package var origin: SourceLocation?

    package init(
        policy: PolicyID, collection: CollectionName, action: PermissionAction, fields: [String], permissions: JSONValue? = nil,
        validation: JSONValue? = nil, presets: JSONValue? = nil, origin: SourceLocation? = nil
    ) {
        self.policy = policy
        self.collection = collection
        self.action = action
        self.fields = fields
        self.permissions = permissions
        self.validation = validation
        self.presets = presets
        self.origin = origin
    }
}

package import JSONText
package import SchemaModel

/// A row of `directus_permissions` as read from the table; nothing in it has been checked.
package struct StoredPermission: Sendable, Equatable {
    package var id: PermissionID
    package var policy: PolicyID
    package var collection: CollectionName
    /// Should be one of `PermissionAction`; the column takes any text.
    package var action: String
    /// `["*"]` = all; empty = none.
    package var fields: [String]
    /// The item rule; nil, JSON `null` or `{}` = every item.
    package var permissions: JSONValue?
    package var validation: JSONValue?
    package var presets: JSONValue?

    package init(
        id: PermissionID, policy: PolicyID, collection: CollectionName, action: String, fields: [String], permissions: JSONValue? = nil,
        validation: JSONValue? = nil, presets: JSONValue? = nil
    ) {
        self.id = id
        self.policy = policy
        self.collection = collection
        self.action = action
        self.fields = fields
        self.permissions = permissions
        self.validation = validation
        self.presets = presets
    }
}

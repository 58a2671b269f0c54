import AccessControl
import JSONText
import SchemaModel

/// Short forms for rows in tests: keys are one word, rules are JSON text.
enum Rows {
    static func policy(
        _ key: String, admin: Bool = false, app: Bool = false, tfa: Bool = false, addresses: [String] = []
    ) -> PolicyRow {
        PolicyRow(id: PolicyID(key), ipAccess: addresses, enforceTFA: tfa, adminAccess: admin, appAccess: app)
    }

    static func role(_ key: String, parent: String? = nil) -> RoleRow { RoleRow(id: RoleID(key), parent: parent.map { RoleID($0) }) }

    static func attach(_ policy: String, role: String? = nil, user: String? = nil, sort: Int? = nil) -> AccessRow {
        AccessRow(policy: PolicyID(policy), role: role.map { RoleID($0) }, user: user.map { UserID($0) }, sort: sort)
    }

    static func allow(
        _ id: Int, _ policy: String, _ action: String = "read", fields: [String] = ["*"], rule: String? = nil, validation: String? = nil,
        presets: String? = nil, collection: String = "articles"
    ) -> StoredPermission {
        StoredPermission(
            id: PermissionID(id), policy: PolicyID(policy), collection: CollectionName(collection), action: action, fields: fields,
            permissions: rule.map(json), validation: validation.map(json), presets: presets.map(json))
    }

    static func json(_ text: String) -> JSONValue {
        do { return try JSONParser.parse(text) } catch { fatalError("a test's JSON is well-formed: \(text)") }
    }

    static func user(_ key: String, role: String? = nil) -> Principal { .user(UserID(key), role: role.map { RoleID($0) }) }
}

extension PolicyID: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}

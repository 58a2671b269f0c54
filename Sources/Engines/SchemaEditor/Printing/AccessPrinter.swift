import JSONText
import SchemaModel

/// Prints roles and policies as `access.yaml`, and permissions as sections of the collections' documents.
struct AccessPrinter {
    let access: AccessDefinitions
    private var wordOfPolicy: [PolicyID: String] = [.public: AccessNames.publicKey]
    private var wordOfRole: [RoleID: String] = [:]

    init(_ access: AccessDefinitions) {
        self.access = access
        for policy in access.policies { wordOfPolicy[policy.id] = policy.key }
        for role in access.roles { wordOfRole[role.id] = role.key }
    }

    /// nil where files define no access.
    func document() -> String? {
        var sections: [String] = []
        if !access.roles.isEmpty {
            let entries = access.roles.map { YAMLTree.Entry($0.key, .value(.object(parts(of: $0)))).escapingVariables }
            sections.append(YAMLPrinter.print([.init("roles", .lines(entries))]))
        }
        if !access.policies.isEmpty {
            let entries = access.policies.map { YAMLTree.Entry($0.key, .value(.object(parts(of: $0)))).escapingVariables }
            sections.append(YAMLPrinter.print([.init("policies", .lines(entries))]))
        }
        return sections.isEmpty ? nil : sections.joined(separator: "\n")
    }

    private func parts(of role: RoleDefinition) -> JSONObject {
        var parts = JSONObject()
        if role.id != AccessNames.id(ofRole: role.key) { parts["id"] = .string(role.id.text) }
        if role.name != AccessNames.title(role.key) { parts["name"] = .string(role.name) }
        if let icon = role.icon, icon != "supervised_user_circle" { parts["icon"] = .string(icon) }
        if let text = role.description { parts["description"] = .string(text) }
        if let parent = role.parent { parts["parent"] = .string(wordOfRole[parent] ?? parent.text) }
        if !role.policies.isEmpty { parts["policies"] = .array(role.policies.map { .string(wordOfPolicy[$0] ?? $0.text) }) }
        return parts
    }

    private func parts(of policy: PolicyDefinition) -> JSONObject {
        let isPublic = policy.key == AccessNames.publicKey
        var parts = JSONObject()
        if policy.id != AccessNames.id(ofPolicy: policy.key) { parts["id"] = .string(policy.id.text) }
        if policy.name != (isPublic ? "$t:public_label" : AccessNames.title(policy.key)) { parts["name"] = .string(policy.name) }
        if let icon = policy.icon, icon != (isPublic ? "public" : "badge") { parts["icon"] = .string(icon) }
        if let text = policy.description, !isPublic || text != "$t:public_description" { parts["description"] = .string(text) }
        if policy.appAccess { parts["app"] = true }
        if policy.adminAccess { parts["admin"] = true }
        if !policy.ipAccess.isEmpty { parts["ip"] = .array(policy.ipAccess.map { .string($0) }) }
        if policy.enforceTFA { parts["enforce_tfa"] = true }
        return parts
    }

    /// The `permissions:` of every collection: policy, action, rule.
    /// - Note: a file has one rule for each policy and action; a second row of the same kind is left to `unprintable`.
    func permissions() -> [CollectionName: [YAMLTree.Entry]] {
        var result: [CollectionName: [YAMLTree.Entry]] = [:]
        for (collection, permissions) in Dictionary(grouping: access.permissions, by: \.collection) {
            var seen: [PolicyID] = []
            for permission in permissions where !seen.contains(permission.policy) { seen.append(permission.policy) }
            for policy in seen {
                let rules = PermissionAction.allCases.compactMap { action in
                    permissions.first { $0.policy == policy && $0.action == action }
                }
                let entries = rules.map { YAMLTree.Entry($0.action.rawValue, .value(rule(of: $0))) }
                result[collection, default: []].append(.init(wordOfPolicy[policy] ?? policy.text, .lines(entries)))
            }
        }
        return result
    }

    /// Permissions that have no place in a file: a rule of the same policy and action stands there already.
    var unprintable: [PermissionDefinition] {
        access.permissions.indices.compactMap { index in
            let permission = access.permissions[index]
            let isRepeated = access.permissions[..<index].contains {
                $0.policy == permission.policy && $0.collection == permission.collection && $0.action == permission.action
            }
            return isRepeated ? permission : nil
        }
    }

    private func rule(of permission: PermissionDefinition) -> JSONValue {
        var parts = JSONObject()
        let takesFields = permission.action != .delete && permission.action != .share
        if takesFields, permission.fields != ["*"] { parts["fields"] = .array(permission.fields.map { .string($0) }) }
        parts["where"] = permission.permissions
        parts["validate"] = permission.validation
        parts["preset"] = permission.presets
        return parts.isEmpty ? "all" : .object(parts)
    }
}

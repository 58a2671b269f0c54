import JSONText
import SchemaModel

/// Rights as entries that name roles and policies by the words of the files.
struct RightsNames {
    private var policies: [PolicyID: String] = [.public: "public"]
    private var roles: [RoleID: String] = [:]

    /// - Parameter definitions: later ones count.
    init(_ definitions: [AccessDefinitions]) {
        for access in definitions {
            for policy in access.policies { policies[policy.id] = policy.key }
            for role in access.roles { roles[role.id] = role.key }
        }
    }

    func entries(of access: AccessDefinitions) -> [RightsEntry] {
        access.roles.map(entry) + access.policies.map(entry) + entries(of: access.permissions)
    }

    private func word(_ policy: PolicyID) -> String { policies[policy] ?? policy.text }

    private func entry(_ role: RoleDefinition) -> RightsEntry {
        let parent = role.parent.map { "below \(roles[$0] ?? $0.text)" }
        let attached = role.policies.map { word($0) }.joined(separator: ", ")
        return RightsEntry(
            key: "role/\(role.id)", object: "role \(role.key)",
            facts: [
                .init(text: "named \(role.name)", isUsual: true), .init(text: parent ?? "below no role", isUsual: parent == nil),
                .init(text: attached.isEmpty ? "no policies" : "policies \(attached)"),
            ], origin: role.origin)
    }

    private func entry(_ policy: PolicyDefinition) -> RightsEntry {
        let addresses = policy.ipAccess.joined(separator: ", ")
        return RightsEntry(
            key: "policy/\(policy.id)", object: "policy \(policy.key)",
            facts: [
                .init(text: "named \(policy.name)", isUsual: true),
                .init(text: policy.adminAccess ? "admin access" : "no admin access", isUsual: !policy.adminAccess),
                .init(text: policy.appAccess ? "app access" : "no app access", isUsual: !policy.appAccess),
                .init(text: addresses.isEmpty ? "from every address" : "from \(addresses)", isUsual: addresses.isEmpty),
                .init(text: policy.enforceTFA ? "second factor required" : "second factor not required", isUsual: !policy.enforceTFA),
            ], origin: policy.origin)
    }

    /// Several permissions may say the same policy, collection and action: they are told apart by their order, as in the database.
    private func entries(of permissions: [PermissionDefinition]) -> [RightsEntry] {
        var counts: [String: Int] = [:]
        return permissions.map { permission in
            let plain = "permission/\(permission.policy)/\(permission.collection)/\(permission.action.rawValue)"
            counts[plain, default: 0] += 1
            let number = counts[plain] ?? 1
            return RightsEntry(
                key: "\(plain)#\(number)",
                object: "\(permission.action.rawValue) \(permission.collection) of \(word(permission.policy))" + (number > 1 ? " (\(number))" : ""),
                facts: facts(of: permission), origin: permission.origin)
        }
    }

    private func facts(of permission: PermissionDefinition) -> [RightsEntry.Fact] {
        let rule = RightsNames.rule(permission.permissions).map { "where \($0)" }
        let fields = permission.fields.joined(separator: ", ")
        let validation = RightsNames.rule(permission.validation).map { "validation \($0)" }
        let presets = RightsNames.rule(permission.presets).map { "presets \($0)" }
        return [
            .init(text: rule ?? "every row", isUsual: rule == nil && permission.action == .create),
            .init(text: permission.fields == ["*"] ? "every field" : fields.isEmpty ? "no field" : "fields \(fields)"),
            .init(text: validation ?? "no validation", isUsual: validation == nil), .init(text: presets ?? "no presets", isUsual: presets == nil),
        ]
    }

    /// nil where it says nothing.
    private static func rule(_ value: JSONValue?) -> String? {
        guard let value, !value.isNull, value != [:] else { return nil }
        return value.text
    }
}

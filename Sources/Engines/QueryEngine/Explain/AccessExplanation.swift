package import AccessControl
package import JSONText
package import SchemaModel

/// What the database says of roles, policies and permissions beside what they allow: names, and the files that define them.
package struct AccessLabels: Sendable {
    package var roles: [RoleID: String] = [:]
    package var policies: [PolicyID: String] = [:]
    package var places: [PermissionID: SourceLocation] = [:]
    /// The files that define collections.
    package var files: [CollectionName: String] = [:]
    package init() {}

    func name(of policy: PolicyID) -> String {
        if policy == .public, policies[policy].map({ $0.hasPrefix("$t:") }) ?? true { return "Public" }
        return policies[policy] ?? policy.text
    }

    /// `Schemas/articles.yaml:34`, or the row.
    func place(of permission: PermissionID) -> String {
        guard let place = places[permission] else { return "row \(permission.value) of directus_permissions (made through the API)" }
        return "\(place.file):\(place.line)"
    }
}

/// Who asks, and the policies that stand behind it.
package struct AccessExplanation: Sendable {
    package struct Policy: Sendable, Equatable {
        package let id: PolicyID
        package let name: String
        /// `role Editor`, `parent role Staff`, `the user`, `everybody`.
        package let through: [String]
        /// False: bound to addresses, and this is none of them.
        package let applies: Bool
    }

    /// `role Editor`, `user ann@example.com`, `the public`.
    package let who: String
    package let isAdmin: Bool
    package let hasAppAccess: Bool
    package let policies: [Policy]

    package init(_ caller: Caller, called who: String, in access: AccessSnapshot, _ labels: AccessLabels) {
        self.who = who
        isAdmin = caller.isAdmin
        hasAppAccess = caller.access.hasAppAccess
        let ways = access.attachments.compactMap { attachment in
            AccessExplanation.way(of: attachment, to: caller, labels).map { (policy: attachment.policy, way: $0) }
        }
        var order = caller.access.policies
        for way in ways where !order.contains(way.policy) && access.policies[way.policy] != nil { order.append(way.policy) }
        policies = order.map { id in
            // The same policy may be attached twice.
            let through = ways.filter { $0.policy == id }.map(\.way).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            return Policy(id: id, name: labels.name(of: id), through: through, applies: caller.access.policies.contains(id))
        }
    }

    private static func way(of attachment: AccessRow, to caller: Caller, _ labels: AccessLabels) -> String? {
        if let role = attachment.role {
            guard caller.roles.contains(role) else { return nil }
            return (role == caller.role ? "role " : "parent role ") + (labels.roles[role] ?? role.text)
        }
        if let user = attachment.user { return user == caller.user ? "the user" : nil }
        // Users without a role have what everybody has.
        return caller.role == nil ? "everybody" : nil
    }
}

/// One permission of the caller's to read a collection.
package struct GrantExplanation: Sendable, Equatable {
    /// nil = built in, of app access.
    package let permission: PermissionID?
    package let policy: String
    /// `*`, or names.
    package let fields: [String]
    /// As written; nil = every row.
    package let rule: JSONValue?
    package let place: String
    /// It grants one of the fields that are asked for, so that its rows count.
    package let counts: Bool

    /// - Parameter requested: none = all permissions count.
    static func list(
        of collection: CollectionName, requested: [FieldName], _ access: EffectiveAccess, in snapshot: AccessSnapshot, _ labels: AccessLabels
    ) -> [GrantExplanation] {
        guard !access.isAdmin, let rights = access.access(to: collection, for: .read) else { return [] }
        func counts(_ fields: FieldSet) -> Bool { requested.isEmpty || requested.contains { fields.contains($0) } }
        var grants = rights.rows.compactMap { row -> GrantExplanation? in
            guard let id = row.permission, let definition = snapshot.permissions[id] else { return nil }
            return GrantExplanation(
                permission: id, policy: labels.name(of: row.policy), fields: definition.fields, rule: rule(definition.permissions),
                place: labels.place(of: id), counts: counts(row.fields))
        }
        guard access.hasAppAccess else { return grants }
        for right in AppMinimalPermissions.all where right.collection == collection && right.action == .read {
            let fields: FieldSet = right.fields.contains("*") ? .all : .some(Set(right.fields.map { FieldName($0) }))
            grants.append(
                GrantExplanation(
                    permission: nil, policy: "app access", fields: right.fields, rule: rule(right.permissions), place: "built in",
                    counts: counts(fields)))
        }
        return grants
    }

    private static func rule(_ json: JSONValue?) -> JSONValue? {
        switch json {
        case nil, .null?: nil
        case .object(let members)? where members.isEmpty: nil
        case let json?: json
        }
    }
}

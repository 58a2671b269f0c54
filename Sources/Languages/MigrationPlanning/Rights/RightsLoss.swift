package import SchemaModel

/// A role or policy that the files define no more, with the rows that refer to it and that no file owns: with the role they go, or lose it,
/// and nothing brings that back.
package struct RightsLoss: Sendable, Equatable {
    package enum Kind: String, Sendable { case role, policy }

    /// What refers to a role or policy.
    package enum Dependency: String, Sendable, CaseIterable {
        case users, attachments, permissions, shares, presets
        case childRoles = "child-roles"
    }

    package struct Dependents: Sendable, Equatable {
        package var kind: Dependency
        package var count: Int
        /// Keys of at most 3 of them. Row data: not for logs.
        package var keys: [String]

        package init(_ kind: Dependency, count: Int, keys: [String]) {
            self.kind = kind
            self.count = count
            self.keys = keys
        }
    }

    package var kind: Kind
    /// The word in the files.
    package var key: String
    package var id: String
    /// Without those of which there are none.
    package var dependents: [Dependents] = []
    /// Where it stood.
    package var cause: SourceLocation?

    package init(_ kind: Kind, key: String, id: String, cause: SourceLocation? = nil) {
        self.kind = kind
        self.key = key
        self.id = id
        self.cause = cause
    }

    /// `drop_role:clerk`; nil where nothing refers to it.
    package var allowToken: String? { dependents.isEmpty ? nil : "drop_\(kind.rawValue):\(key)" }

    /// Roles and policies that the new files define no more. The public policy is the server's and stays.
    package static func leaving(from old: AccessDefinitions, to new: AccessDefinitions) -> [RightsLoss] {
        let (roles, policies) = (Set(new.roles.map(\.id)), Set(new.policies.map(\.id)))
        return old.roles.filter { !roles.contains($0.id) }.map { RightsLoss(.role, key: $0.key, id: $0.id.text, cause: $0.origin) }
            + old.policies.filter { $0.id != .public && !policies.contains($0.id) }
            .map { RightsLoss(.policy, key: $0.key, id: $0.id.text, cause: $0.origin) }
    }
}

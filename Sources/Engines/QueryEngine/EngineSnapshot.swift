package import AccessControl
package import SchemaModel

/// What a request works with: the schema, the rights, and the rules of the rights resolved against the schema. Captured once per request.
package final class EngineSnapshot: Sendable {
    package let schema: SchemaSnapshot
    package let access: AccessSnapshot
    /// Grows with every change of schema or rights.
    package let generation: Int
    /// All that is wrong with the rights: what can't be read, and what names something that does not exist (any more). In the log at each
    /// loading, and told by `kerege access check`.
    package let problems: [AccessProblem]
    /// Item rules by `RuleID.index`; nil = does not resolve: false for every row.
    let rules: [ResolvedFilter?]
    /// Permissions whose validation or presets don't resolve: nothing can be written by them.
    let refusing: Set<PermissionID>

    package init(schema: SchemaSnapshot, access: AccessSnapshot, generation: Int) {
        self.schema = schema
        self.access = access
        self.generation = generation
        var check = AccessCheck(schema: schema)
        rules = access.rules.map { check.resolve($0) }
        for (id, permission) in access.permissions.sorted(by: { $0.key < $1.key }) { check.look(at: permission, id) }
        refusing = check.refusing
        problems = (access.problems + check.problems).sortedByPermission
    }
}

extension [AccessProblem] {
    /// Those of no permission first; else as they were found.
    fileprivate var sortedByPermission: [AccessProblem] {
        enumerated().sorted { ($0.element.permission ?? Int.min, $0.offset) < ($1.element.permission ?? Int.min, $1.offset) }.map(\.element)
    }
}

package import AccessControl
package import SchemaModel

/// What a request works with: the schema, the rights, and the rules of the rights resolved against the schema. Captured once per request.
package final class EngineSnapshot: Sendable {
    package let schema: SchemaSnapshot
    package let access: AccessSnapshot
    /// Grows with every change of schema or rights.
    package let generation: Int
    /// Rules that name what does not exist (any more): false for every row, reported.
    package let ruleProblems: [AccessProblem]
    /// Item rules by `RuleID.index`; nil = does not resolve: false for every row.
    let rules: [ResolvedFilter?]

    package init(schema: SchemaSnapshot, access: AccessSnapshot, generation: Int) {
        self.schema = schema
        self.access = access
        self.generation = generation
        var resolved: [ResolvedFilter?] = []
        var problems: [AccessProblem] = []
        for rule in access.rules {
            guard let filter = rule.filter, let collection = schema.collection(rule.collection) else {
                resolved.append(nil)
                if rule.filter != nil {
                    problems.append(
                        AccessProblem(permission: nil, message: "A rule is about the collection \"\(rule.collection)\", which does not exist"))
                }
                continue
            }
            var resolver = Resolver(schema: schema)
            let result = resolver.filter(filter, on: collection)
            if let miss = resolver.uses.first(where: { !$0.exists }) {
                problems.append(
                    AccessProblem(
                        permission: nil,
                        message:
                            "A rule on \"\(rule.collection)\" names \"\((miss.path + [miss.name ?? ""]).joined(separator: "."))\", which does not exist"
                    ))
                resolved.append(nil)
            } else if let fault = resolver.faults.first {
                problems.append(AccessProblem(permission: nil, message: "A rule on \"\(rule.collection)\" is wrong: \(fault.message)"))
                resolved.append(nil)
            } else {
                resolved.append(result)
            }
        }
        rules = resolved
        ruleProblems = problems
    }
}

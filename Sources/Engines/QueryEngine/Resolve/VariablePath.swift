import SchemaModel

/// The fields that a dotted variable (`$CURRENT_USER.desk.name`) leads through, from the caller's own row on.
struct VariablePath {
    private(set) var steps: [(collection: CollectionName, field: FieldName)] = []

    /// - Returns: nil where a step does not exist or leads nowhere; for variables without a path too.
    init?(_ variable: DynamicVariable, in schema: SchemaSnapshot) {
        guard let (start, path) = VariablePath.start(of: variable), let last = path.last else { return nil }
        var collection = start
        for name in path.dropLast() {
            steps.append((collection, FieldName(name)))
            switch schema.role(of: FieldName(name), in: collection) {
            case .manyToOne(let relation):
                guard let target = relation.oneCollection else { return nil }
                collection = target
            case .oneToMany(let relation): collection = relation.manyCollection
            case .anyToOne, nil: return nil
            }
        }
        guard let field = schema.field(FieldName(last), of: collection) else { return nil }
        if field.column == nil { guard case .oneToMany? = schema.role(of: field.name, in: collection) else { return nil } }
        steps.append((collection, field.name))
    }

    private static func start(of variable: DynamicVariable) -> (CollectionName, [String])? {
        switch variable {
        case .now: nil
        case .currentUser(let path): ("directus_users", path)
        case .currentRole(let path), .currentRoles(let path): ("directus_roles", path)
        case .currentPolicies(let path): ("directus_policies", path)
        }
    }
}

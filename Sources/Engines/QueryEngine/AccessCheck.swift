import AccessControl
import JSONText
import SchemaModel

/// Compares rights with the schema when a snapshot is built: what names something that does not exist is reported, and closes what it was to open
/// (attack D16).
///
/// - An item rule is false for every row. A validation, and presets with a variable that does not exist, refuse every payload: a condition must not
///   vanish with the field that it was about. Fields and presets that name nothing are only reported: there is nothing that they could open.
struct AccessCheck {
    private let schema: SchemaSnapshot
    private(set) var problems: [AccessProblem] = []
    private(set) var refusing: Set<PermissionID> = []

    init(schema: SchemaSnapshot) { self.schema = schema }

    /// - Returns: nil when the rule is false for every row.
    mutating func resolve(_ rule: AccessRule) -> ResolvedFilter? {
        // A collection that does not exist is told once, of the permission.
        guard let filter = rule.filter, let collection = schema.collection(rule.collection) else { return nil }
        var resolver = Resolver(schema: schema)
        let resolved = resolver.filter(filter, on: collection)
        guard let fault = fault(in: resolver, filter) else { return resolved }
        let message = "The item rule is false for every row: \(fault)"
        if rule.permissions.isEmpty { problems.append(AccessProblem(permission: nil, message: message)) }
        for permission in rule.permissions { problems.append(AccessProblem(permission: permission.value, message: message)) }
        return nil
    }

    private func fault(in resolver: Resolver, _ filter: FilterExpression) -> String? {
        if let miss = resolver.uses.first(where: { !$0.exists }) {
            return AccessCheck.missing((miss.path + [miss.name ?? ""]).joined(separator: "."))
        }
        return resolver.faults.first?.message ?? unknownVariable(RuleText.dottedVariables(in: filter))
    }

    mutating func look(at permission: PermissionDefinition, _ id: PermissionID) {
        guard let collection = schema.collection(permission.collection) else {
            return report(id, "The collection \"\(permission.collection)\" does not exist")
        }
        for name in permission.fields where name != "*" && schema.field(FieldName(name), of: collection.name) == nil {
            report(id, "\"fields\": \(AccessCheck.missing(name))")
        }
        if let fault = validationFault(permission, collection) {
            refusing.insert(id)
            report(id, "The validation can't be satisfied: \(fault)")
        }
        guard let presets = permission.presets?.object else { return }
        for name in presets.keys where schema.field(FieldName(name), of: collection.name) == nil {
            report(id, "\"presets\": \(AccessCheck.missing(name))")
        }
        if let fault = unknownVariable(RuleText.dottedVariables(in: presets)) {
            refusing.insert(id)
            report(id, "Nothing can be written by this permission, because of its presets: \(fault)")
        }
    }

    private func validationFault(_ permission: PermissionDefinition, _ collection: Collection) -> String? {
        // What can't be read at all has been reported where it was read.
        guard let json = permission.validation, let rule = try? FilterParser.parseRule(json) else { return nil }
        if let name = missingKey(of: rule, collection) { return AccessCheck.missing(name) }
        return unknownVariable(RuleText.dottedVariables(in: rule))
    }

    /// The first key that a payload of the collection can't have. Below a field that is no relation every key may stand.
    private func missingKey(of rule: FilterExpression, _ collection: Collection) -> String? {
        switch rule {
        case .all, .condition, .unknownOperator: return nil
        case .and(let parts), .or(let parts): return parts.lazy.compactMap { missingKey(of: $0, collection) }.first
        case .some(let inner), .none(let inner): return missingKey(of: inner, collection)
        case .key(.field(let name), let inner):
            guard schema.field(FieldName(name), of: collection.name) != nil else { return name }
            guard let below = target(of: FieldName(name), in: collection.name) else { return nil }
            return missingKey(of: inner, below).map { "\(name).\($0)" }
        case .key(.function(_, let argument), _): return schema.field(FieldName(argument), of: collection.name) == nil ? argument : nil
        // Reported where the rule was read: they can't be judged on a payload.
        case .key(.scoped, _), .key(.follow, _): return nil
        }
    }

    private func target(of field: FieldName, in collection: CollectionName) -> Collection? {
        switch schema.role(of: field, in: collection) {
        case .manyToOne(let relation): relation.oneCollection.flatMap { schema.collection($0) }
        case .oneToMany(let relation): schema.collection(relation.manyCollection)
        case .anyToOne, nil: nil
        }
    }

    private func unknownVariable(_ variables: Set<DynamicVariable>) -> String? {
        variables.sorted { $0.text < $1.text }.first { VariablePath($0, in: schema) == nil }.map { AccessCheck.missing($0.text) }
    }

    private mutating func report(_ id: PermissionID, _ message: String) {
        problems.append(AccessProblem(permission: id.value, message: message))
    }

    private static func missing(_ name: String) -> String { "\"\(name)\" does not exist" }
}

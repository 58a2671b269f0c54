internal import JSONText
package import SchemaModel

/// A column that must have a value.
package struct PayloadRequirement: Sendable, Equatable {
    package let field: FieldName
    /// Its key must be in the payload: NOT NULL without a default. Otherwise it only may not be null.
    package let mustBePresent: Bool

    package init(field: FieldName, mustBePresent: Bool) {
        self.field = field
        self.mustBePresent = mustBePresent
    }
}

/// What the fields of a collection demand of payloads, read once when a snapshot is built.
/// - Source: contract/items.md, 6.1: NOT NULL columns, but for those that make their own value, and `directus_fields.validation`.
package struct PayloadRules: Sendable {
    package let onCreate: [PayloadRequirement]
    package let onUpdate: [PayloadRequirement]
    /// Of the fields, in their order. One that can't be read is never satisfied, and stands in `problems`.
    package let rules: [FilterExpression]
    /// The dotted variables that the rules mention.
    package let variables: [DynamicVariable]
    package let problems: [AccessProblem]

    package init(of collection: Collection) {
        var onCreate: [PayloadRequirement] = []
        var onUpdate: [PayloadRequirement] = []
        var rules: [FilterExpression] = []
        var problems: [AccessProblem] = []
        for field in collection.fields {
            if let column = field.column, !column.isNullable, !field.isGenerated, !column.hasAutoIncrement {
                onCreate.append(PayloadRequirement(field: field.name, mustBePresent: column.default == nil))
                // The key is dropped from an update.
                if field.name != collection.primaryKey { onUpdate.append(PayloadRequirement(field: field.name, mustBePresent: false)) }
            }
            guard let json = field.meta.validation, !RuleText.isEmpty(json) else { continue }
            let (rule, fault) = PayloadRules.parse(json)
            if let rule { rules.append(rule) }
            if let fault {
                problems.append(
                    AccessProblem(permission: nil, message: "The validation of \(collection.name).\(field.name) can't be satisfied: \(fault)"))
            }
        }
        self.onCreate = onCreate
        self.onUpdate = onUpdate
        self.rules = rules
        self.problems = problems
        variables = rules.reduce(into: Set()) { $0.formUnion(RuleText.dottedVariables(in: $1)) }.sorted { $0.text < $1.text }
    }

    private static func parse(_ json: JSONValue) -> (FilterExpression?, fault: String?) {
        do throws(WireError) {
            let rule = try FilterParser.parseRule(json)
            if let fault = RuleText.fault(in: rule, isValidation: true) { return (RuleText.never, fault) }
            return (rule == .all ? nil : rule, nil)
        } catch {
            return (RuleText.never, error.message)
        }
    }
}

internal import SchemaModel
internal import JSONText

extension AccessSnapshot {
    /// Rows of the four tables -> the rights that hold, and what is wrong with those that do not.
    ///
    /// - Shape: any order; attachments are sorted by `sort` (none last), then as given; permissions by key.
    /// - Fail closed: an item rule that does not parse, or names an unknown operator or variable, is false for every row; a validation like that
    ///   is never satisfied; a row of an unknown action grants nothing. Each is an `AccessProblem` (attack D16).
    /// - Source: contract/items.md, 5.1 and 5.2.
    package static func build(
        roles: [RoleRow], policies: [PolicyRow], attachments: [AccessRow], permissions: [StoredPermission]
    ) -> AccessSnapshot {
        var builder = AccessSnapshotBuilder()
        let sorted = attachments.enumerated().sorted { a, b in
            (a.element.sort ?? Int.max, a.offset) < (b.element.sort ?? Int.max, b.offset)
        }.map(\.element)
        for policy in policies { builder.add(policy) }
        for attachment in sorted { builder.add(attachment) }
        for permission in permissions.sorted(by: { $0.id < $1.id }) { builder.add(permission) }
        for right in AppMinimalPermissions.all { builder.add(right) }
        return AccessSnapshot(
            roles: Dictionary(roles.map { ($0.id, $0) }) { first, _ in first },
            policies: Dictionary(policies.map { ($0.id, $0) }) { first, _ in first },
            attachments: sorted, permissions: builder.definitions, rules: builder.rules, problems: builder.problems, index: builder.index,
            mentionedVariables: builder.variables.sorted { $0.text < $1.text })
    }
}

private struct AccessSnapshotBuilder {
    private struct RuleKey: Hashable {
        let collection: CollectionName
        let rule: JSONValue
    }

    var index = AccessIndex()
    var rules: [AccessRule] = []
    var definitions: [PermissionID: PermissionDefinition] = [:]
    var problems: [AccessProblem] = []
    var variables: Set<DynamicVariable> = []
    private var ruleByKey: [RuleKey: RuleID] = [:]

    mutating func add(_ policy: PolicyRow) {
        guard !policy.ipAccess.isEmpty else { return }
        var usable: [AddressRule] = []
        for text in policy.ipAccess {
            if let rule = AddressRule(text) {
                usable.append(rule)
            } else {
                report(nil, "Policy \(policy.id): \"\(text)\" in ip_access is no address, range or CIDR block")
            }
        }
        index.addressRules[policy.id] = usable
    }

    mutating func add(_ attachment: AccessRow) {
        if let role = attachment.role { index.policiesOfRole[role, default: []].append(attachment.policy) }
        if let user = attachment.user { index.policiesOfUser[user, default: []].append(attachment.policy) }
        if attachment.role == nil, attachment.user == nil { index.publicPolicies.append(attachment.policy) }
    }

    mutating func add(_ stored: StoredPermission) {
        guard let action = PermissionAction(rawValue: stored.action) else {
            return report(stored.id, "\"\(stored.action)\" is no action")
        }
        let definition = PermissionDefinition(
            policy: stored.policy, collection: stored.collection, action: action, fields: stored.fields, permissions: stored.permissions,
            validation: stored.validation, presets: stored.presets)
        definitions[stored.id] = definition
        index.grants[stored.policy, default: []].append(grant(of: definition, id: stored.id))
    }

    mutating func add(_ right: BuiltInPermission) {
        let definition = PermissionDefinition(
            policy: .appMinimal, collection: right.collection, action: right.action, fields: right.fields, permissions: right.permissions,
            validation: right.validation)
        index.appGrants.append(grant(of: definition, id: nil))
    }

    private mutating func grant(of definition: PermissionDefinition, id: PermissionID?) -> AccessIndex.Grant {
        let hasCondition = !RuleText.isEmpty(definition.permissions)
        let rule = hasCondition ? itemRule(definition, id) : nil
        var validation = validationRule(definition, id)
        var presets: JSONObject?
        switch definition.presets {
        case nil, .null?: break
        case .object(let members)?: presets = members.isEmpty ? nil : members
        default:
            report(id, "The presets are no object; nothing can be written by this permission")
            validation = RuleText.never
        }
        let row = PermissionRow(
            permission: id, policy: definition.policy,
            fields: definition.fields.contains("*") ? .all : .some(Set(definition.fields.map { FieldName($0) })),
            rule: rule, validation: validation, presets: presets, hasCondition: hasCondition)
        var mentioned = validation.map(RuleText.dottedVariables) ?? []
        mentioned.formUnion(presets.map(RuleText.dottedVariables) ?? [])
        variables.formUnion(mentioned)
        return AccessIndex.Grant(
            collection: definition.collection, action: definition.action,
            orderedFields: definition.fields.filter { $0 != "*" }.map { FieldName($0) }, row: row, writeVariables: Array(mentioned))
    }

    /// - Returns: nil when the rule is no condition after all (`{"_and": []}`).
    private mutating func itemRule(_ definition: PermissionDefinition, _ id: PermissionID?) -> RuleID? {
        let json = definition.permissions ?? .null
        let key = RuleKey(collection: definition.collection, rule: json)
        if let known = ruleByKey[key] {
            note(known, id)
            return known
        }
        var filter: FilterExpression?
        var fault: String?
        do throws(WireError) {
            let parsed = try FilterParser.parseRule(json)
            if parsed == .all { return nil }
            fault = RuleText.fault(in: parsed, isValidation: false)
            if fault == nil { filter = parsed }
        } catch {
            fault = error.message
        }
        let rule = RuleID(rules.count)
        rules.append(AccessRule(id: rule, collection: definition.collection, filter: filter, fault: fault))
        note(rule, id)
        let mentioned = filter.map(RuleText.dottedVariables) ?? []
        index.variablesOfRule.append(Array(mentioned))
        variables.formUnion(mentioned)
        ruleByKey[key] = rule
        return rule
    }

    private mutating func note(_ rule: RuleID, _ id: PermissionID?) {
        if let id { rules[rule.index].permissions.append(id) }
        if let fault = rules[rule.index].fault { report(id, "The item rule is false for every row: \(fault)") }
    }

    private mutating func validationRule(_ definition: PermissionDefinition, _ id: PermissionID?) -> FilterExpression? {
        guard let json = definition.validation, !RuleText.isEmpty(json) else { return nil }
        do throws(WireError) {
            let parsed = try FilterParser.parseRule(json)
            guard let fault = RuleText.fault(in: parsed, isValidation: true) else { return parsed == .all ? nil : parsed }
            report(id, "The validation can't be satisfied: \(fault)")
        } catch {
            report(id, "The validation can't be satisfied: \(error.message)")
        }
        return RuleText.never
    }

    private mutating func report(_ id: PermissionID?, _ message: String) {
        problems.append(AccessProblem(permission: id?.value, message: message))
    }
}

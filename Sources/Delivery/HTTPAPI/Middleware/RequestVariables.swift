import AccessControl
import Identity
import Items
import JSONText
import QueryLanguage
import SchemaModel

/// Dotted variables in a request's own filter (`$CURRENT_USER.desk`): read with the caller's own rights (contract/items.md, 2.5.8).
enum RequestVariables {
    /// - Returns: the caller with the values that the filter mentions.
    /// - Throws: `INVALID_QUERY` when the caller can't read that path of their own record.
    static func caller(for query: ReadRequest.Query, _ context: RequestContext) async throws -> Caller {
        guard mayOccur(in: query) else { return context.caller }
        let parsed: ItemQuery
        switch query {
        case .text(let text): parsed = try ItemQueryParser.parse(queryString: text ?? "", limits: context.loop.reader.limits)
        case .parsed(let query): parsed = query
        }
        let wanted = parsed.variables.filter(\.isDotted)
        if wanted.isEmpty { return context.caller }
        for variable in wanted { try await check(variable, context) }
        return try await context.services.attributes.load(
            context.caller, for: .reads, further: wanted, in: context.snapshot, using: context.loop.database)
    }

    /// False for certain only; quick.
    static func mayOccur(in query: ReadRequest.Query) -> Bool {
        switch query {
        case .text(let text): text?.hasBytes("CURRENT_") ?? false
        case .parsed: true
        }
    }

    private static func check(_ variable: DynamicVariable, _ context: RequestContext) async throws {
        if context.caller.isAdmin { return }
        let collection: CollectionName
        let path: [String]
        switch variable {
        case .now: return
        case .currentUser(let steps): (collection, path) = ("directus_users", steps)
        case .currentRole(let steps), .currentRoles(let steps): (collection, path) = ("directus_roles", steps)
        case .currentPolicies(let steps): (collection, path) = ("directus_policies", steps)
        }
        var query = ItemQuery(selections: [
            path.dropLast().reversed().reduce(.field(key: path.last ?? "", name: path.last ?? "")) { inner, step in
                .relation(key: step, name: step, scope: nil, [inner])
            }
        ])
        query.arguments.limit = 0
        do {
            _ = try await context.loop.reader.read(
                ReadRequest(collection: collection, target: .collection, query: .parsed(query)), by: context.caller, in: context.snapshot,
                now: context.now)
        } catch is WireError {
            throw WireError.invalidQuery("Invalid filter object")
        }
    }
}

extension ItemQuery {
    /// Every dynamic variable of its filters.
    var variables: [DynamicVariable] {
        (arguments.filter?.variables ?? []) + deep.values.flatMap(\.variables)
    }
}

extension DeepNode {
    fileprivate var variables: [DynamicVariable] {
        (arguments.filter?.variables ?? []) + children.values.flatMap(\.variables)
    }
}

extension FilterExpression {
    var variables: [DynamicVariable] {
        switch self {
        case .all, .unknownOperator: []
        case .and(let parts), .or(let parts): parts.flatMap(\.variables)
        case .key(_, let inner), .some(let inner), .none(let inner): inner.variables
        case .condition(_, let operand): operand.variables
        }
    }
}

extension FilterOperand {
    fileprivate var variables: [DynamicVariable] {
        switch self {
        case .value: []
        case .variable(let variable): [variable]
        case .list(let elements): elements.flatMap(\.variables)
        }
    }
}

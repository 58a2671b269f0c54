import AccessControl
import Identity
import Items
import QueryEngine
import QueryLanguage
import SchemaModel

/// Dotted variables in a request's own filter (`$CURRENT_USER.desk`): read with the caller's own rights (contract/items.md, 2.5.8).
enum RequestVariables {
    /// - Returns: the caller with the values that the filters mention.
    /// - Throws: `INVALID_QUERY` when the caller can't read that path of their own record.
    static func caller(for queries: [ReadRequest.Query], _ context: RequestContext) async throws -> Caller {
        var wanted: [DynamicVariable] = []
        for query in queries where mayOccur(in: query) {
            switch query {
            case .text(let text): wanted += try ItemQueryParser.parse(queryString: text ?? "", limits: context.loop.reader.limits).variables
            case .parsed(let query): wanted += query.variables
            }
        }
        wanted.removeAll { !$0.isDotted }
        if wanted.isEmpty { return context.caller }
        try Authorizer(snapshot: context.snapshot, access: context.caller.access).check(wanted)
        return try await context.services.attributes.load(
            context.caller, for: .reads, further: wanted, in: context.snapshot, using: context.loop.database)
    }

    /// False for certain only; quick. Letters that are escaped without need may hide one.
    static func mayOccur(in query: ReadRequest.Query) -> Bool {
        switch query {
        case .text(let text): text.map { $0.hasBytes("CURRENT_") || hasNeedlessEscape($0) } ?? false
        case .parsed: true
        }
    }

    /// `%43` for `C`, or a backslash, with which JSON escapes.
    private static func hasNeedlessEscape(_ text: String) -> Bool {
        var rest = text.utf8[...]
        while let at = rest.firstIndex(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\\") }) {
            if rest[at] == UInt8(ascii: "\\") { return true }
            rest = rest[rest.index(after: at)...]
            guard let byte = UInt8(String(Substring(rest.prefix(2))), radix: 16) else { continue }
            if (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
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

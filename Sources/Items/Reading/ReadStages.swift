package import AccessControl
import JSONText
package import QueryEngine
package import QueryLanguage
import SQLText
package import SchemaModel

/// A read brought from its query text to its plan, stage by stage.
///
/// - What was reached stays readable after a refusal, for who explains it.
/// - Query first, then the collection: this order decides which error wins (contract/items.md, 0.3).
package struct ReadStages {
    private let caller: Caller
    private let snapshot: EngineSnapshot
    private let limits: QueryLimits
    private let now: Moment
    /// The stage that is under way, or that refused.
    package private(set) var stage = RefusalExplanation.Stage.query
    package private(set) var resolved: ResolvedQuery?

    package init(_ caller: Caller, in snapshot: EngineSnapshot, limits: QueryLimits, now: Moment) {
        self.caller = caller
        self.snapshot = snapshot
        self.limits = limits
        self.now = now
    }

    package mutating func plan(_ request: ReadRequest) throws(WireError) -> PlannedRead {
        var query = try parse(request.query)
        stage = .collection
        guard let collection = snapshot.schema.collection(request.collection), collection.table != nil else {
            throw .forbidden(collection: request.collection)
        }
        stage = .key
        // A malformed key is told before any right is looked at.
        _ = try request.target.keys(for: collection)
        let root = ReadStages.root(of: request.target, collection, &query, limits)
        var further: [JSONValue] = []
        if root == .list || root == .keys {
            further = BuiltInRows.rows(for: query, of: collection, caller: caller, now: now)
            BuiltInRows.adjust(&query, on: collection)
        }
        stage = .names
        let resolved = try Resolver.resolve(query, on: collection, in: snapshot.schema, limits: limits)
        self.resolved = resolved
        stage = .rights
        let authorized = try Authorizer(snapshot: snapshot, access: caller.access).authorize(resolved)
        let plan = Planner.plan(authorized, root: root)
        return PlannedRead(
            collection: collection, root: root, query: query, resolved: resolved, authorized: authorized, plan: plan, furtherRows: further)
    }

    private func parse(_ query: ReadRequest.Query) throws(WireError) -> ItemQuery {
        switch query {
        case .text(let text): try ItemQueryParser.parse(queryString: text, limits: limits)
        case .parsed(let query): query
        }
    }

    /// What the plan's root reads; what does not go with it is taken out of the query.
    private static func root(
        of target: ReadRequest.Target, _ collection: Collection, _ query: inout ItemQuery, _ limits: QueryLimits
    ) -> Planner.Root {
        switch target {
        case .collection: return collection.meta.singleton ? .singleton : .list
        case .item:
            query.meta = []
            return .item
        case .keys:
            if query.arguments.limit == nil { query.arguments.limit = limits.ofKeys }
            return .keys
        }
    }
}

/// A read that may be done, with all that led to its plan.
package struct PlannedRead: Sendable {
    package let collection: Collection
    package let root: Planner.Root
    /// As it is run.
    package let query: ItemQuery
    package let resolved: ResolvedQuery
    package let authorized: AuthorizedQuery
    package let plan: ReadPlan
    /// Rows without a table that the list ends with (`BuiltInRows`).
    let furtherRows: [JSONValue]

    /// nil = its limit keeps it short.
    var longList: LongList? { furtherRows.isEmpty && root == .list ? LongList(authorized, plan) : nil }
}

extension ReadRequest.Target {
    /// What the plan's open slot for keys stands for; nil = there is none.
    func keys(for collection: Collection) throws(WireError) -> SQLBind? {
        switch self {
        case .collection: nil
        case .item(let key): try KeyText.bind(key, for: collection)
        case .keys(let values): try KeyText.bind(values, for: collection)
        }
    }
}

package import AccessControl
package import JSONText
package import Postgres
package import QueryEngine
package import QueryLanguage
import SQLText
package import SchemaModel

/// What is to be read.
package struct ReadRequest: Sendable {
    package enum Target: Sendable {
        /// A list, or the row of a singleton.
        case collection
        case item(key: String)
        case keys([JSONValue])
    }
    package enum Query: Sendable {
        /// The raw query string, undecoded; nil = none.
        case text(String?)
        case parsed(ItemQuery)
    }
    package var collection: CollectionName
    package var target: Target
    package var query: Query

    package init(collection: CollectionName, target: Target, query: Query) {
        self.collection = collection
        self.target = target
        self.query = query
    }
}

/// A finished read: JSON with its envelope, or a download.
package struct ReadAnswer: Sendable {
    package let body: ByteBuffer
    /// nil = JSON with envelope.
    package let export: ExportFormat?
}

/// Reads items: query text -> plan (cached) -> rows -> JSON. One per loop; all calls on it.
///
/// - Errors: `WireError` for what the caller did wrong, `PostgresError` when the database is at fault.
/// - `@unchecked Sendable`: touched on the client's loop only.
package final class ItemReader: @unchecked Sendable {
    package let client: PostgresClient
    package let limits: QueryLimits
    private let plans = PlanCache()
    private let turns = PieceTurns()
    private let provenAfter: Int

    /// - Parameter provenAfter: runs of a plan that must have been quick before it is known as such: planned once for all values, its levels sent as
    ///   one statement, among those of others.
    package init(client: PostgresClient, limits: QueryLimits, provenAfter: Int = 8) {
        self.client = client
        self.limits = limits
        self.provenAfter = provenAfter
    }

    /// - Returns: `{"data":…}` (with `meta` first where it was asked for).
    package func read(_ request: ReadRequest, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> ReadAnswer {
        do {
            plans.follow(snapshot)
            return try await whole(try self.entry(for: request, caller, snapshot, now), request, caller, now)
        } catch {
            throw DatabaseFault.reading(error, isKeyed: request.isKeyed, of: snapshot.schema.collection(request.collection))
        }
    }

    /// The same for who can send an answer piece by piece: lists that are long come so.
    package func open(_ request: ReadRequest, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> ReadOutcome {
        do {
            plans.follow(snapshot)
            let entry = try self.entry(for: request, caller, snapshot, now)
            if let list = entry.longList { return try await open(list, entry, request, caller, now) }
            return .whole(try await whole(entry, request, caller, now))
        } catch {
            throw DatabaseFault.reading(error, isKeyed: request.isKeyed, of: snapshot.schema.collection(request.collection))
        }
    }

    private func whole(_ entry: PlanCache.Entry, _ request: ReadRequest, _ caller: Caller, _ now: Moment) async throws -> ReadAnswer {
        let (keys, shape) = try target(request.target, of: entry)
        let tree = try await run(runner(entry.plan, keys, entry, caller, now), entry)
        let body = try AnswerWriter(tree: tree, plan: entry.plan, shape: shape, limit: limits.answerSize, expected: entry.expectedSize).body(
            further: entry.furtherRows, emptySingleton: { EmptySingleton.object(of: entry.collection, query: request.query) })
        entry.note(size: body.count)
        return ReadAnswer(body: body, export: entry.export)
    }

    /// - Parameter isEnough: as in `PlanRunner.run`.
    private func run(
        _ runner: PlanRunner, _ entry: PlanCache.Entry, unless isEnough: @escaping (Int) -> Bool = { _ in false }
    ) async throws -> RowTree {
        do {
            if let gathered = entry.gathered,
                let tree = try await runner.run(gathered, on: client, lane: entry.lane, takesLong: entry.takesLong)
            {
                entry.record(tree.elapsed)
                return tree
            }
            let tree = try await runner.run(
                on: client, lane: entry.lane, takesLong: entry.takesLong, plansOnce: entry.isProven, unless: isEnough)
            entry.record(tree.elapsed)
            return tree
        } catch PostgresError.timeout(let statement) {
            entry.recordFailure()
            throw PostgresError.timeout(statementIndex: statement)
        }
    }

    private func runner(_ plan: ReadPlan, _ keys: SQLBind?, _ entry: PlanCache.Entry, _ caller: Caller, _ now: Moment) -> PlanRunner {
        let values = DynamicValues(caller: caller, now: now)
        return PlanRunner(
            plan: plan, inputs: .init(keys: keys, variables: { SlotValue.bind(values.value(of: $0), isArray: $1) }), longLists: entry.longLists)
    }

    @inline(never)
    private func open(
        _ list: LongList, _ entry: PlanCache.Entry, _ request: ReadRequest, _ caller: Caller, _ now: Moment
    ) async throws -> ReadOutcome {
        // Of a list that turns out to be long its first rows alone, without the levels below.
        let tree = try await run(runner(list.probe, nil, entry, caller, now), entry, unless: list.isLonger)
        let answer = AnswerWriter(tree: tree, plan: list.probe, shape: .list, limit: limits.answerSize)
        if !list.isLonger(tree) {
            do {
                let body = try answer.body(further: entry.furtherRows, emptySingleton: { .null })
                return .whole(ReadAnswer(body: body, export: entry.export))
            } catch is AnswerTooLong {
                // Few rows, but long ones.
            }
        }
        let pieces = PieceReader(
            client: client, runner: runner(list.rows, nil, entry, caller, now), export: entry.export, head: answer.head,
            limit: limits.answerSize)
        let turns = turns
        return .pieces(
            AnswerPieces(export: entry.export) { write in
                await turns.take()
                defer { turns.giveBack() }
                try await pieces.produce(write)
            })
    }

    func target(_ target: ReadRequest.Target, of entry: PlanCache.Entry) throws(WireError) -> (keys: SQLBind?, AnswerWriter.Shape) {
        switch target {
        case .collection: (nil, entry.isSingleton ? .singleton : .list)
        case .item(let key): (try KeyText.bind(key, type: entry.keyType), .item)
        case .keys(let values): (try KeyText.bind(values, for: entry.collection), .list)
        }
    }

    private func entry(
        for request: ReadRequest, _ caller: Caller, _ snapshot: EngineSnapshot, _ now: Moment
    ) throws(WireError) -> PlanCache.Entry {
        guard case .text(let text) = request.query else { return try makeEntry(request, caller, snapshot, now) }
        let key = PlanCache.Key(
            collection: request.collection, target: request.target.kind, query: text ?? "", access: ObjectIdentifier(caller.access))
        if let known = plans[key] { return known }
        let entry = try makeEntry(request, caller, snapshot, now)
        plans[key] = entry
        return entry
    }

    /// What a write has to return so that rows need not be read with this query; nil where they do, or may not be.
    func returnedRows(
        _ query: String?, of collection: Collection, by caller: Caller, in snapshot: EngineSnapshot, now: Moment
    ) -> ReturnedRows? {
        var stages = ReadStages(caller, in: snapshot, limits: limits, now: now)
        let request = ReadRequest(collection: collection.name, target: .keys([]), query: .text(query))
        guard let read = try? stages.plan(request), read.furtherRows.isEmpty, read.query.export == nil else { return nil }
        return Planner.returned(read.authorized)
    }

    func makeEntry(
        _ request: ReadRequest, _ caller: Caller, _ snapshot: EngineSnapshot, _ now: Moment
    ) throws(WireError) -> PlanCache.Entry {
        var stages = ReadStages(caller, in: snapshot, limits: limits, now: now)
        let read = try stages.plan(request)
        return PlanCache.Entry(
            plan: read.plan, collection: read.collection, export: read.query.export, access: caller.access,
            provenAfter: read.root == .item && read.plan.depth == 1 ? 0 : provenAfter, longList: read.longList, furtherRows: read.furtherRows)
    }
}

extension ReadRequest.Target {
    /// What tells plans apart, without the keys.
    enum Kind: Hashable {
        case collection, item, keys
    }

    fileprivate var kind: Kind {
        switch self {
        case .collection: .collection
        case .item: .item
        case .keys: .keys
        }
    }
}

extension ReadRequest {
    fileprivate var isKeyed: Bool {
        switch target {
        case .collection: false
        case .item, .keys: true
        }
    }
}

extension SlottedStatement {
    /// - Parameters:
    ///   - first, last: what the statement's own slots stand between.
    ///   - keys: one where the statement takes one.
    func filled(first: [SQLBind] = [], keys: [String], last: [SQLBind] = [], values: DynamicValues) -> SQLStatement {
        var binds = first
        for slot in slots {
            switch slot {
            case .keys: binds.append(takesOneKey ? keys.first.map { .text($0) } ?? .null : .text(ValueText.array(keys)))
            case .variable(let variable, let isArray): binds.append(SlotValue.bind(values.value(of: variable), isArray: isArray))
            }
        }
        return template.statement(slots: binds + last)
    }
}

/// The value of a dynamic variable as a bind.
enum SlotValue {
    static func bind(_ value: AttributeValue, isArray: Bool) -> SQLBind {
        switch value {
        case .single(nil): isArray ? .text("{}") : .null
        case .single(let text?): .text(isArray ? ValueText.array([text]) : text)
        case .list(let texts): isArray ? .text(ValueText.array(texts)) : texts.first.map { .text($0) } ?? .null
        }
    }
}

extension ItemReader {
    /// Whether a collection has no row at all.
    package func isEmpty(_ collection: Collection) async throws -> Bool {
        try await client.query(WriteSQL.firstKey(of: collection)).rowCount == 0
    }

    /// Whether an action's rules admit one row.
    package func permits(
        _ action: PermissionAction, on collection: Collection, key: String, caller: Caller, in snapshot: EngineSnapshot, now: Moment
    ) async throws -> Bool {
        guard let text = KeyText.text(of: .string(key), for: collection),
            let statement = RowQuestion.statement(action, on: collection, caller: caller, in: snapshot)
        else { return false }
        let filled = statement.filled(keys: [text], values: DynamicValues(caller: caller, now: now))
        return try await client.query(filled, lane: .exclusive).rowCount > 0
    }
}

import AccessControl
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// One request's mutations in one transaction: nested writes recurse here, history is collected and written at the end.
///
/// - Order for one item (contract/items.md, 4.5): many-to-one parents, many-to-any targets, the row itself, one-to-many children.
/// - `@unchecked Sendable`: used by one task, on the client's loop.
final class WriteSession: @unchecked Sendable {
    let transaction: PostgresTransaction
    let snapshot: EngineSnapshot
    let caller: Caller
    let values: DynamicValues
    let settings: WriteSettings
    private let tables: WriteTables
    private(set) var history: [HistoryEntry] = []
    private(set) var touched = Set<CollectionName>()
    /// Keys of deleted rows whose collection has the behaviour `files`: their bytes go after COMMIT.
    private(set) var deletedFiles: [String] = []
    /// Nothing of it will stay: keys of new rows are kept in `created`.
    let isPreview: Bool
    /// Keys of new rows by collection.
    private(set) var created: [CollectionName: Set<String>] = [:]
    /// Whose dates, authors and hashes count.
    var stamps = Stamps.ofServer
    /// Rows are checked, written and told of in statements of their own, after `WriteTakesSteps`.
    var takesSteps = false
    /// Set by `watchAdministrators`.
    var administrators = AdministratorWatch.off
    private var mutations = 0

    init(
        transaction: PostgresTransaction, snapshot: EngineSnapshot, caller: Caller, values: DynamicValues, settings: WriteSettings,
        tables: WriteTables, isPreview: Bool = false
    ) {
        self.transaction = transaction
        self.snapshot = snapshot
        self.caller = caller
        self.values = values
        self.settings = settings
        self.tables = tables
        self.isPreview = isPreview
    }

    func table(of collection: Collection) -> WriteTable { tables.table(of: collection, in: snapshot) }

    var authorizer: WriteAuthorizer { WriteAuthorizer(snapshot: snapshot, access: caller.access) }

    /// Counts rows against `MAX_BATCH_MUTATION`.
    func spend(_ count: Int) throws(WireError) {
        mutations += count
        if let limit = settings.maximumBatchMutation, mutations > limit {
            throw .invalidPayload("Exceeded max batch mutation limit of \(limit)")
        }
    }

    func touch(_ collection: Collection) { touched.insert(collection.name) }

    func note(created key: String, in collection: Collection) { created[collection.name, default: []].insert(key) }

    func forgetFiles(_ keys: [String]) { deletedFiles += keys }

    /// Adds an entry unless the collection is not tracked.
    /// - Parameter children: entries of nested writes, which hang under this one.
    /// - Returns: its place; nil when untracked.
    @discardableResult
    func record(_ entry: HistoryEntry, of collection: Collection, children: [Int]) -> Int? {
        guard collection.isTracked else { return nil }
        history.append(entry)
        let place = history.count - 1
        if entry.hasRevision { for child in children { history[child].parent = place } }
        return place
    }

    // MARK: Statements

    func run(_ statement: SQLStatement, for collection: Collection, payload: JSONObject = JSONObject()) async throws -> PostgresResult {
        do {
            return try await transaction.query(statement)
        } catch {
            throw fault(collection, payload).error(error)
        }
    }

    func fault(_ collection: Collection, _ payload: JSONObject) -> WriteFault {
        WriteFault(collection: collection, schema: snapshot.schema, access: caller.access, payload: payload)
    }

    /// - Parameters:
    ///   - first, last: what the statement's own slots stand between.
    ///   - keys: one where the statement takes one.
    func fill(_ statement: SlottedStatement, first: [SQLBind] = [], keys: [String], last: [SQLBind] = []) -> SQLStatement {
        statement.filled(first: first, keys: keys, last: last, values: values)
    }

    func existing(_ keys: [String], in collection: Collection) async throws -> Set<String> {
        if keys.isEmpty { return [] }
        let result = try await run(WriteSQL.existingKeys(.text(ValueText.array(keys)), in: collection), for: collection)
        return Set(result.texts(column: 0))
    }

    func validate(
        _ payload: JSONObject, of collection: Collection, isCreate: Bool, permissions: [PermissionRow], path: [String],
        further: [ValidationFailure]
    ) throws(WireErrors) {
        let rules = table(of: collection).rules
        let validation = PayloadValidation(
            requirements: isCreate ? rules.onCreate : rules.onUpdate, rules: rules.rules + permissions.compactMap(\.validation), values: values,
            path: path, disclosed: disclosed(collection))
        let errors = validation.errors(in: payload) + further.map(\.wireError)
        if !errors.isEmpty { throw WireErrors(errors) }
    }

    private func disclosed(_ collection: Collection) -> FieldSet {
        if caller.isAdmin { return .all }
        var fields = FieldSet.some([])
        for action in [PermissionAction.read, .create, .update] {
            if let rights = caller.access.access(to: collection.name, for: action) { fields = fields.union(rights.fields) }
        }
        return fields
    }

    // MARK: End

    private var userAgent: String? { caller.origin.userAgent.map { String($0.prefix(1024)) } }
    private var origin: String? { caller.origin.origin.map { String($0.prefix(255)) } }

    /// Nothing has been sent yet and nothing waits for the end: one statement can be all of the transaction.
    var isUntouched: Bool {
        guard case .off = administrators, !takesSteps else { return false }
        return transaction.isUnsent && history.isEmpty && !isPreview
    }

    /// - Parameter told: see `HistorySQL.slots`.
    func historyBinds(_ told: String?) -> [SQLBind] {
        HistorySQL.slots(user: caller.user?.text, address: caller.origin.address, userAgent: userAgent, origin: origin, told: told)
    }

    /// Runs the only statement of the transaction, which ends with it.
    /// - Parameter takesSteps: after which refusals the write is to be done in several statements.
    /// - Throws: `WriteTakesSteps` for those.
    func finish(
        with statement: SQLStatement, for collection: Collection, payload: JSONObject, takesSteps: (PostgresError) -> Bool
    ) async throws -> PostgresResult? {
        do {
            return try await transaction.commit(with: [statement]).first
        } catch let error as PostgresError where takesSteps(error) {
            throw WriteTakesSteps()
        } catch let error as PostgresError where error.fault?.table.map(HistorySQL.writes(to:)) == true {
            // The payload is not at fault where its history can't be written.
            throw error
        } catch {
            throw fault(collection, payload).error(error)
        }
    }

    /// Writes the history; what is left goes out with COMMIT.
    /// - Returns: the statements for the last batch.
    func historyStatements() async throws -> [SQLStatement] {
        if history.isEmpty { return [] }
        let insert = HistorySQL.insert(
            history, user: caller.user?.text, address: caller.origin.address, userAgent: userAgent, origin: origin)
        guard history.contains(where: { $0.parent != nil && $0.hasRevision }) else { return [insert] }
        let ids = try await transaction.query(insert)
        var byPlace: [Int: Int] = [:]
        var row = 0
        for (place, entry) in history.enumerated() where entry.hasRevision {
            byPlace[place] = ids.int(row, 0)
            row += 1
        }
        let pairs = history.enumerated().compactMap { place, entry -> (child: Int, parent: Int)? in
            guard let parent = entry.parent, let child = byPlace[place], let above = byPlace[parent] else { return nil }
            return (child, above)
        }
        return pairs.isEmpty ? [] : [HistorySQL.link(pairs)]
    }
}

extension Collection {
    var isTracked: Bool { meta.accountability != .none }
    var keepsRevisions: Bool { meta.accountability == .all }
    var key: Field? { fields.first { $0.name == primaryKey } }
}

extension PostgresResult {
    func texts(column: Int) -> [String] { (0..<rowCount).compactMap { string($0, column) } }
}

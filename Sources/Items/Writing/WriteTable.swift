import AccessControl
import QueryEngine
import SQLText
import SchemaModel

/// What writes ask of one collection again and again, found once a generation, and the statements that they have needed.
///
/// `@unchecked Sendable`: touched on one loop only.
final class WriteTable: @unchecked Sendable {
    let collection: Collection
    let rules: PayloadRules
    let snapshot: RowSnapshot
    /// Relations whose many side holds keys of several collections.
    let manyToAny: [Relation]
    /// Columns whose values the server makes or changes.
    let specialFields: [Field]
    /// The state that a revision keeps, where the database can write it.
    let state: SnapshotJSON?
    /// A write is nothing but its row and its history: no behaviours, and a key that the database writes as it is returned.
    let isPlain: Bool
    /// Some value is hashed, slowly, before it is written.
    let hasHashes: Bool
    private let fields: [String: WriteField]
    private var inserts: [InsertForm: SQLTemplate] = [:]
    private var updates: [UpdateForm: SlottedStatement] = [:]
    private var replies: [ReplyKey: WriteReply?] = [:]
    var ownRules = OwnRulesMemory()

    private struct InsertForm: Hashable {
        enum Kind { case row, rows, rowsAlone }

        let columns: [ColumnForm]
        let history: InsertHistory?
        var shown: ShownRow?
        let kind: Kind
    }

    private struct UpdateForm: Hashable {
        enum Kind { case ofOne, ofMany, alone }

        let columns: [ColumnForm]
        var shown: ShownRow?
        let kind: Kind
    }

    private struct ReplyKey: Hashable {
        let query: String
        let access: ObjectIdentifier
    }

    /// Payloads may name any of a collection's columns, in any order: texts that nobody asks for again are forgotten with all others.
    private static let keptStatements = 256

    init(of collection: Collection, in schema: SchemaSnapshot) {
        self.collection = collection
        rules = PayloadRules(of: collection)
        snapshot = RowSnapshot(of: collection, in: schema)
        manyToAny = schema.relations.filter {
            guard $0.manyCollection == collection.name, case .anyToOne? = schema.role(of: $0.manyField, in: collection.name) else { return false }
            return true
        }
        specialFields = collection.fields.filter { !$0.meta.special.isEmpty && $0.column != nil }
        hasHashes = specialFields.contains { $0.has(special: "hash") }
        state = snapshot.json
        isPlain = collection.meta.behaviors.isEmpty && collection.key.map(\.hasPlainText) == true
        fields = Dictionary(
            collection.fields.map { ($0.name.text, WriteField($0, role: schema.role(of: $0.name, in: collection.name))) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What a payload's member is; nil for one that no field has.
    func field(_ name: String) -> WriteField? { fields[name] }

    // MARK: Statements

    func insert(_ values: [ColumnValue], history: InsertHistory?, showing shown: ShownRow? = nil) -> SQLTemplate {
        kept(InsertForm(columns: values.map(\.form), history: history, shown: shown, kind: .row)) {
            WriteSQL.insert(values, into: collection, history: history, showing: shown)
        }
    }

    func insert(_ rows: RowLists) -> SQLTemplate {
        kept(InsertForm(columns: rows.forms, history: nil, kind: .rows)) { WriteSQL.insert(rows, into: collection) }
    }

    /// Rows and their history, by themselves.
    func insert(_ rows: RowLists, history: InsertHistory?, showing shown: ShownRow?) -> SQLTemplate {
        kept(InsertForm(columns: rows.forms, history: history, shown: shown, kind: .rowsAlone)) {
            WriteSQL.insert(rows, into: collection, history: history, showing: shown)
        }
    }

    private func kept(_ form: InsertForm, _ make: () -> SQLTemplate) -> SQLTemplate {
        if let known = inserts[form] { return known }
        if inserts.count >= WriteTable.keptStatements { inserts = [:] }
        let made = make()
        inserts[form] = made
        return made
    }

    /// Key and state of each row come back.
    func update(_ values: [ColumnValue], by write: AuthorizedWrite, oneKey: Bool) -> SlottedStatement {
        kept(UpdateForm(columns: values.map(\.form), kind: oneKey ? .ofOne : .ofMany), write) {
            WriteSQL.update(values, by: write, keeping: snapshot, oneKey: oneKey)
        }
    }

    /// One row and its history, by themselves.
    func update(
        _ values: [ColumnValue], by write: AuthorizedWrite, history: UpdateHistory?, showing shown: ShownRow?
    ) -> SlottedStatement {
        kept(UpdateForm(columns: values.map(\.form), shown: shown, kind: .alone), write) {
            WriteSQL.update(values, by: write, history: history, showing: shown)
        }
    }

    /// Statements without a rule, which is a caller's, are kept.
    private func kept(_ form: UpdateForm, _ write: AuthorizedWrite, _ make: () -> SlottedStatement) -> SlottedStatement {
        guard write.isUnconditional else { return make() }
        if let known = updates[form] { return known }
        if updates.count >= WriteTable.keptStatements { updates = [:] }
        let statement = make()
        updates[form] = statement
        return statement
    }

    /// How a query is answered by what a write returns; nil where it has to be read. Rights of the write are looked at first: whoever has none has
    /// nothing remembered.
    func reply(to query: String, for access: EffectiveAccess, _ make: () -> ReturnedRows?) -> WriteReply? {
        let key = ReplyKey(query: query, access: ObjectIdentifier(access))
        if let known = replies[key] { return known }
        if replies.count >= WriteTable.keptStatements { replies = [:] }
        let made = make().map { WriteReply($0, for: access) }
        replies[key] = .some(made)
        return made
    }
}

/// A field as payloads meet it.
final class WriteField: Sendable {
    let field: Field
    let role: RelationRole?
    /// A column that a write sets.
    let isWritable: Bool

    init(_ field: Field, role: RelationRole?) {
        self.field = field
        self.role = role
        isWritable = field.column.map { $0.generated == nil } ?? false
    }
}

/// The tables of one generation. One per loop.
///
/// `@unchecked Sendable`: touched on its loop only.
final class WriteTables: @unchecked Sendable {
    private var generation = -1
    private var known: [CollectionName: WriteTable] = [:]

    func table(of collection: Collection, in snapshot: EngineSnapshot) -> WriteTable {
        if snapshot.generation != generation {
            generation = snapshot.generation
            known = [:]
        }
        if let table = known[collection.name] { return table }
        let table = WriteTable(of: collection, in: snapshot.schema)
        known[collection.name] = table
        return table
    }
}

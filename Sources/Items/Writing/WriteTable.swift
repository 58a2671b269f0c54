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
    private let fields: [String: WriteField]
    private var inserts: [InsertForm: SQLTemplate] = [:]
    private var updates: [UpdateForm: SlottedStatement] = [:]

    private struct InsertForm: Hashable {
        let columns: [ColumnForm]
        let history: InsertHistory?
    }

    private struct UpdateForm: Hashable {
        enum Kind { case ofOne, ofMany, withHistory }

        let columns: [ColumnForm]
        let kind: Kind
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
        state = snapshot.json
        isPlain = collection.meta.behaviors.isEmpty && collection.key.map(\.hasPlainText) == true
        fields = Dictionary(
            collection.fields.map { ($0.name.text, WriteField($0, role: schema.role(of: $0.name, in: collection.name))) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What a payload's member is; nil for one that no field has.
    func field(_ name: String) -> WriteField? { fields[name] }

    // MARK: Statements

    func insert(_ values: [ColumnValue], history: InsertHistory?) -> SQLTemplate {
        let form = InsertForm(columns: values.map(\.form), history: history)
        if let known = inserts[form] { return known }
        if inserts.count >= WriteTable.keptStatements { inserts = [:] }
        let made = WriteSQL.insert(values, into: collection, history: history)
        inserts[form] = made
        return made
    }

    /// Key and state of each row come back.
    func update(_ values: [ColumnValue], by write: AuthorizedWrite, oneKey: Bool) -> SlottedStatement {
        kept(UpdateForm(columns: values.map(\.form), kind: oneKey ? .ofOne : .ofMany), write) {
            WriteSQL.update(values, by: write, keeping: snapshot, oneKey: oneKey)
        }
    }

    /// One row and its history; the key comes back.
    func update(_ values: [ColumnValue], by write: AuthorizedWrite, history: UpdateHistory) -> SlottedStatement {
        kept(UpdateForm(columns: values.map(\.form), kind: .withHistory), write) { WriteSQL.update(values, by: write, history: history) }
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

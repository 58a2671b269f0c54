import Items
import JSONText
import SchemaModel

/// What is to be done with the rows of one unit: tables that are written in one transaction.
///
/// - Shape: tables in; each row is new, known, represented by another, or skipped; new rows have references that hold.
/// - Asks the database, writes nothing.
struct UnitPlan {
    struct NewRow {
        /// The table's place in the unit.
        let table: Int
        let row: TemplateRow
        var payload: JSONObject
    }

    let tables: [TemplateTable]
    let references: [[Reference]]
    let lookup: RowLookup
    /// Where rows are defined that only a file may change, by key.
    let definitions: [String: String]
    private(set) var new: [NewRow] = []
    /// Rows that stand there with their key.
    private(set) var known: [(table: Int, row: TemplateRow)] = []
    private(set) var reports: [TemplateReport.Table]
    private(set) var notes: [String] = []
    /// Rows that stand for rows of the template, of this unit and those before.
    private(set) var representatives: [RowPlace: String]

    init(
        tables: [TemplateTable], references: [[Reference]], lookup: RowLookup, definitions: [String: String], representatives: [RowPlace: String]
    ) {
        self.tables = tables
        self.references = references
        self.lookup = lookup
        self.definitions = definitions
        self.representatives = representatives
        reports = tables.map { TemplateReport.Table(collection: $0.collection.name) }
    }

    mutating func prepare() async throws {
        for table in tables.indices {
            switch tables[table].identity.kind {
            case .key: try await takeKeyed(table)
            case .fields(let fields): try await takeUnkeyed(table, by: fields)
            case .singleton: try await takeSingleton(table)
            }
        }
        // Rows of this unit that others stand for may be pointed at by rows before them.
        for at in new.indices { new[at].payload = represented(new[at].payload, new[at].table) }
        try await dropDangling()
        for row in new { reports[row.table].new += 1 }
        for completion in completions {
            if completion.payload.isEmpty { reports[completion.table].known += 1 } else { reports[completion.table].completed += 1 }
        }
        completions.removeAll { $0.payload.isEmpty }
    }

    // MARK: Known or new

    private mutating func takeKeyed(_ at: Int) async throws {
        let table = tables[at]
        let present = try await lookup.existing(table.rows.compactMap(\.key), in: table.collection)
        var open: [TemplateRow] = []
        for row in table.rows {
            if let key = row.key, present.contains(key) { try await takeKnown(row, key, at) } else { open.append(row) }
        }
        for fields in table.identity.alternatives {
            let wanted = open.map { RowLookup.values(of: fields, in: represented($0.payload, at)) }
            let found = try await lookup.keys(by: fields, wanted, in: table.collection)
            open = zip(open, wanted).compactMap { row, values in
                guard let other = found[values] else { return row }
                represent(row, by: other, fields, at)
                return nil
            }
        }
        new += open.map { NewRow(table: at, row: $0, payload: represented($0.payload, at)) }
    }

    private mutating func takeKnown(_ row: TemplateRow, _ key: String, _ at: Int) async throws {
        let table = tables[at]
        known.append((at, row))
        guard let written = table.identity.ofInstallation[key], let current = try await lookup.row(key, of: table.collection) else {
            reports[at].known += 1
            return
        }
        complete(row, current, written, at)
    }

    private mutating func represent(_ row: TemplateRow, by other: String, _ fields: [FieldName], _ at: Int) {
        let table = tables[at]
        reports[at].represented += 1
        guard let key = row.key else { return }
        representatives[RowPlace(collection: table.collection.name, key: key)] = other
        let names = fields.map { "`\($0)`" }.joined(separator: ", ")
        notes.append("\(table.path): [\(row.index)]: \(other) has the same \(names): it stands for \(key)")
    }

    private mutating func takeUnkeyed(_ at: Int, by fields: [FieldName]) async throws {
        let table = tables[at]
        let payloads = table.rows.map { represented($0.payload, at) }
        let wanted = payloads.map { RowLookup.values(of: fields, in: $0) }
        let found = try await lookup.keys(by: fields, wanted, in: table.collection)
        for ((row, payload), values) in zip(zip(table.rows, payloads), wanted) {
            if found[values] != nil { reports[at].known += 1 } else { new.append(NewRow(table: at, row: row, payload: payload)) }
        }
    }

    private mutating func takeSingleton(_ at: Int) async throws {
        guard let row = tables[at].rows.first else { return }
        if let current = try await lookup.singleton(tables[at].collection) {
            complete(row, current, JSONObject(), at)
        } else {
            new.append(NewRow(table: at, row: row, payload: represented(row.payload, at)))
        }
    }

    // MARK: Rows of the installation

    /// Updates of rows that are there, by table and key.
    private(set) var completions: [(table: Int, row: TemplateRow, key: String, payload: JSONObject)] = []

    private mutating func complete(_ row: TemplateRow, _ current: JSONObject, _ written: JSONObject, _ at: Int) {
        let collection = tables[at].collection
        let payload = OpenFields.of(current, filledBy: represented(row.payload, at), written: written, in: collection)
        guard !payload.isEmpty, let key = current[collection.primaryKey.text].flatMap({ KeyText.text(of: $0, for: collection) }) else {
            reports[at].known += 1
            return
        }
        if let place = definitions[key] {
            reports[at].known += 1
            notes.append("\(tables[at].path): [\(row.index)]: \(key) is defined in \(place) and stays as it is there")
            return
        }
        completions.append((at, row, key, payload))
    }

    // MARK: References

    private func represented(_ payload: JSONObject, _ at: Int) -> JSONObject {
        var payload = payload
        for reference in references[at] {
            guard let key = key(in: payload, of: reference),
                let other = representatives[RowPlace(collection: reference.target.name, key: key)]
            else { continue }
            payload[reference.field.text] = .string(other)
        }
        return payload
    }

    private func key(in payload: JSONObject, of reference: Reference) -> String? {
        guard let value = payload[reference.field.text], !value.isNull else { return nil }
        // A key that the column can't hold is nobody's.
        return KeyText.text(of: value, for: reference.target) ?? value.string ?? value.text
    }

    /// What points at rows that are neither here nor in the database is emptied; a row that can't do without is left out, and then what points at
    /// that one.
    private mutating func dropDangling() async throws {
        let present = try await present()
        for at in completions.indices {
            let dangling = dangling(completions[at].payload, completions[at].table, present, [])
            for reference in dangling { completions[at].payload[reference.field.text] = nil }
        }
        var losses = DanglingNotes()
        var coming = Set(new.compactMap(placeOf))
        var isSettled = false
        while !isSettled {
            isSettled = true
            new = new.compactMap { row in
                var row = row
                for reference in dangling(row.payload, row.table, present, coming) {
                    let key = key(in: row.payload, of: reference) ?? ""
                    losses.add(tables[row.table].path, reference, key)
                    if reference.isNullable {
                        row.payload[reference.field.text] = .null
                        continue
                    }
                    reports[row.table].skipped += 1
                    if let place = placeOf(row) { coming.remove(place) }
                    isSettled = false
                    return nil
                }
                return row
            }
        }
        notes += losses.lines
    }

    private func placeOf(_ row: NewRow) -> RowPlace? {
        row.row.key.map { RowPlace(collection: tables[row.table].collection.name, key: $0) }
    }

    private func dangling(_ payload: JSONObject, _ at: Int, _ present: Set<RowPlace>, _ coming: Set<RowPlace>) -> [Reference] {
        references[at].filter { reference in
            guard let key = key(in: payload, of: reference) else { return false }
            let place = RowPlace(collection: reference.target.name, key: key)
            return !present.contains(place) && !coming.contains(place)
        }
    }

    /// Those of the rows pointed at that the database has.
    private func present() async throws -> Set<RowPlace> {
        var asked: [CollectionName: (target: Collection, keys: Set<String>)] = [:]
        for (payload, table) in new.map({ ($0.payload, $0.table) }) + completions.map({ ($0.payload, $0.table) }) {
            for reference in references[table] {
                guard let value = payload[reference.field.text], let key = KeyText.text(of: value, for: reference.target) else { continue }
                asked[reference.target.name, default: (reference.target, [])].keys.insert(key)
            }
        }
        var present = Set<RowPlace>()
        for (name, entry) in asked {
            for key in try await lookup.existing(entry.keys.sorted(), in: entry.target) { present.insert(RowPlace(collection: name, key: key)) }
        }
        return present
    }
}

/// References that lead nowhere, a line for each field.
private struct DanglingNotes {
    private var found: [(path: String, reference: Reference, keys: [String])] = []

    mutating func add(_ path: String, _ reference: Reference, _ key: String) {
        if let at = found.firstIndex(where: { $0.path == path && $0.reference.field == reference.field }) {
            found[at].keys.append(key)
        } else {
            found.append((path, reference, [key]))
        }
    }

    var lines: [String] {
        found.map { entry in
            let rows = entry.keys.count == 1 ? "1 row" : "\(entry.keys.count) rows"
            let what = entry.reference.isNullable ? "`\(entry.reference.field)` of \(rows) left empty" : "\(rows) left out"
            let missing = Set(entry.keys).sorted().prefix(3).joined(separator: ", ")
            return "\(entry.path): \(what): `\(entry.reference.target.name)` has no row \(missing)"
                + (Set(entry.keys).count > 3 ? ", …" : "") + " (`\(entry.reference.field)`)"
        }
    }
}

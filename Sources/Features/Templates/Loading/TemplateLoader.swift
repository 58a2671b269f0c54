package import AccessControl
package import Items
import JSONText
package import QueryEngine
import SchemaModel

/// Writes a template's rows through the engine: rights of an administrator, validation, behaviours and history as for any caller.
///
/// - One transaction a collection; collections whose foreign keys form a circle share one. Rows that point at each other are written with the
///   field empty and updated at the end of it.
/// - Rows whose key is there already stay as they are, so that a second run writes nothing.
/// - Errors: `TemplateFault` for a row that the server refuses, with what was done before; `PostgresError`.
package struct TemplateLoader {
    /// Why it may do everything: whoever runs the import has the database.
    package static let caller = Caller(principal: .system(reason: "import of a template"), access: .full)

    private let reader: ItemReader
    private let writer: ItemWriter
    private let snapshot: EngineSnapshot
    private let files: any FileIntake
    private let now: Moment

    package init(reader: ItemReader, writer: ItemWriter, snapshot: EngineSnapshot, files: any FileIntake, now: Moment) {
        self.reader = reader
        self.writer = writer
        self.snapshot = snapshot
        self.files = files
        self.now = now
    }

    /// - Parameter template: read for the schema of `snapshot`.
    package func load(_ template: Template) async throws -> TemplateReport {
        var report = TemplateReport()
        report.notes = template.notes
        let references = template.tables.map { Reference.all(of: $0.collection, in: snapshot.schema) }
        let lookup = RowLookup(reader: reader, caller: TemplateLoader.caller, snapshot: snapshot, now: now)
        var representatives: [RowPlace: String] = [:]
        for unit in LoadOrder.units(template.tables.map(\.collection.name), references: references) {
            var plan = UnitPlan(
                tables: unit.map { template.tables[$0] }, references: unit.map { references[$0].filter(\.isOfKey) }, lookup: lookup,
                definitions: snapshot.schema.access.places, representatives: representatives)
            do {
                try await plan.prepare()
                report.notes += plan.notes
                try await write(plan, &report)
                try await bringMissingBytes(plan, &report)
            } catch {
                throw TemplateLoader.fault(of: error, unit.map { template.tables[$0].path }, report)
            }
            representatives = plan.representatives
            report.tables += plan.reports
        }
        return report
    }

    // MARK: One unit

    private func write(_ plan: UnitPlan, _ report: inout TemplateReport) async throws {
        if plan.new.isEmpty, plan.completions.isEmpty { return }
        var rows = plan.new
        var incoming: [IncomingFile] = []
        do {
            for (table, source) in plan.tables.enumerated() where source.collection.has(.files) {
                let places = rows.indices.filter { rows[$0].table == table }
                let before = incoming.count
                for at in places { if let file = try await receive(&rows[at], source, &report) { incoming.append(file) } }
                let missing = places.count - (incoming.count - before)
                if missing > 0 {
                    report.add("\(source.path): the template has no bytes for \(missing) of \(places.count) files: their rows alone are written")
                }
            }
            try await write(rows, plan, incoming)
        } catch {
            for file in incoming { await file.discard() }
            throw error
        }
    }

    /// Files whose rows are there already, but not their bytes: an earlier template had none.
    private func bringMissingBytes(_ plan: UnitPlan, _ report: inout TemplateReport) async throws {
        for (table, row) in plan.known where plan.tables[table].collection.has(.files) {
            guard try await files.isMissing(row.payload), let file = try await files.receive(row.payload) else { continue }
            try await file.place()
            report.add("\(plan.tables[table].path): [\(row.index)]: the row was there, its bytes are new")
        }
    }

    private func receive(_ row: inout UnitPlan.NewRow, _ table: TemplateTable, _ report: inout TemplateReport) async throws -> IncomingFile? {
        let named = row.payload["storage"]?.string
        let storage = files.storage(named: named)
        row.payload["storage"] = .string(storage)
        if let named, named != storage { report.add("\(table.path): the storage `\(named)` is not configured: `\(storage)` is used") }
        do {
            guard let file = try await files.receive(row.payload) else { return nil }
            for (name, value) in file.values { row.payload[name] = value }
            return file
        } catch {
            throw TemplateFault(path: table.path, index: row.row.index, key: row.row.key, message: TemplateLoader.message(of: error))
        }
    }

    private func write(_ rows: [UnitPlan.NewRow], _ plan: UnitPlan, _ incoming: [IncomingFile]) async throws {
        let order = RowOrder(count: rows.count, links: links(of: rows, plan))
        if let first = order.stuck.first {
            let table = plan.tables[rows[first].table]
            throw TemplateFault(
                path: table.path, index: rows[first].row.index, key: rows[first].row.key,
                message: "\(order.stuck.count) rows point at each other by fields that can't be empty")
        }
        var steps: [LoadStep] = []
        var sources: [(table: Int, row: TemplateRow)] = []
        for at in order.order {
            var payload = rows[at].payload
            for field in order.deferred[at] ?? [] { payload[field.text] = .null }
            steps.append(.create(plan.tables[rows[at].table].collection.name, payload))
            sources.append((rows[at].table, rows[at].row))
        }
        for at in order.order {
            guard let fields = order.deferred[at], let key = rows[at].row.key else { continue }
            let payload = JSONObject(fields.map { ($0.text, rows[at].payload[$0.text] ?? .null) })
            steps.append(.update(plan.tables[rows[at].table].collection.name, key: key, payload))
            sources.append((rows[at].table, rows[at].row))
        }
        for completion in plan.completions {
            steps.append(.update(plan.tables[completion.table].collection.name, key: completion.key, completion.payload))
            sources.append((completion.table, completion.row))
        }
        do {
            try await writer.load(steps, by: TemplateLoader.caller, in: snapshot, now: now) { for file in incoming { try await file.place() } }
        } catch let fault as LoadFault {
            let source = sources[fault.step]
            throw TemplateFault(
                path: plan.tables[source.table].path, index: source.row.index, key: source.row.key,
                message: TemplateLoader.message(of: fault.cause))
        }
    }

    /// Which new rows point at which.
    private func links(of rows: [UnitPlan.NewRow], _ plan: UnitPlan) -> [RowOrder.Link] {
        var places: [RowPlace: Int] = [:]
        for (at, row) in rows.enumerated() {
            if let key = row.row.key { places[RowPlace(collection: plan.tables[row.table].collection.name, key: key)] = at }
        }
        var links: [RowOrder.Link] = []
        for (at, row) in rows.enumerated() {
            for reference in plan.references[row.table] {
                guard let value = row.payload[reference.field.text], let key = KeyText.text(of: value, for: reference.target),
                    let to = places[RowPlace(collection: reference.target.name, key: key)]
                else { continue }
                links.append(RowOrder.Link(from: at, to: to, field: reference.field, isNullable: reference.isNullable))
            }
        }
        return links
    }

    /// What the caller did wrong becomes a fault of the files; the database's own troubles stay what they are.
    private static func fault(of error: any Error, _ paths: [String], _ report: TemplateReport) -> any Error {
        switch error {
        case var fault as TemplateFault:
            fault.report = report
            return fault
        case is WireError, is WireErrors:
            return TemplateFault(path: paths.joined(separator: ", "), index: nil, key: nil, message: message(of: error), report: report)
        default: return error
        }
    }

    static func message(of error: any Error) -> String {
        switch error {
        case let error as WireError: error.message
        case let errors as WireErrors: errors.errors.map(\.message).joined(separator: " ")
        default: "\(error)"
        }
    }
}

extension TemplateReport {
    mutating func add(_ note: String) {
        if !notes.contains(note) { notes.append(note) }
    }
}

extension AccessDefinitions {
    /// Of roles and policies in files: where each stands, by its key.
    fileprivate var places: [String: String] {
        let all = roles.map { ($0.id.text, $0.origin) } + policies.map { ($0.id.text, $0.origin) }
        return Dictionary(all.map { ($0, $1.map { "\($0.file):\($0.line)" } ?? "a file") }) { first, _ in first }
    }
}

import AccessControl
import JSONText
import QueryEngine
import SQLText
import SchemaModel
import TestSupport
import Testing

/// What one write becomes, as text, alone and with its history. `UPDATE_GOLDENS=1` rewrites the file; the diff is reviewed.
@Suite struct WriteStatementTests {
    private static let names = ["title", "published", "meta"]

    private struct Subject {
        let collection: Collection
        let values: [ColumnValue]
        let snapshot: RowSnapshot
        let write: AuthorizedWrite
        let ruled: AuthorizedWrite
    }

    private func subject() throws -> Subject {
        let rule = #"{"_and":[{"status":{"_eq":"draft"}},{"author":{"name":{"_eq":"$CURRENT_USER"}}}]}"#
        let engine = try NewsModel.snapshot(reading: [("authors", ["name"], nil)], updating: [("articles", Self.names, rule)])
        let collection = try #require(engine.schema.collection("articles"))
        let values = try Self.names.map { name in
            let field = try #require(collection.fields.first { $0.name.text == name })
            return ColumnValue(field: field, bind: .text("x"), isZoned: name == "published")
        }
        let reader = engine.access.caller(.user(NewsModel.user, role: nil), origin: RequestOrigin()).access
        return Subject(
            collection: collection, values: values, snapshot: RowSnapshot(of: collection, in: engine.schema),
            write: try WriteAuthorizer(snapshot: engine, access: .full).update(Self.names, on: collection),
            ruled: try WriteAuthorizer(snapshot: engine, access: reader).update(Self.names, on: collection))
    }

    @Test("statements are as reviewed") func statements() throws {
        let subject = try subject()
        var text = ""
        func add(_ name: String, _ template: SQLTemplate, _ slots: [PlanSlot] = []) {
            text += "## \(name)\n\n\(template.text)\n"
            let own = subject.values.count
            for (index, source) in template.sources.enumerated() {
                switch source {
                case .value(let bind): text += "  $\(index + 1) = \(bind)\n"
                case .slot(let slot) where slot >= own && slot < own + slots.count: text += "  $\(index + 1) = \(slots[slot - own])\n"
                case .slot(let slot): text += "  $\(index + 1) = slot \(slot)\n"
                }
            }
            text += "\n"
        }
        func add(_ name: String, _ statement: SlottedStatement) { add(name, statement.template, statement.slots) }
        let state = try #require(subject.snapshot.json)
        add("a row without values", WriteSQL.insert([], into: subject.collection))
        add("a row", WriteSQL.insert(subject.values, into: subject.collection))
        add("a row and its activity", WriteSQL.insert(subject.values, into: subject.collection, history: .activity))
        add("a row and its revision", WriteSQL.insert(subject.values, into: subject.collection, history: .revision))
        add("a changed row", WriteSQL.update(subject.values, by: subject.write, keeping: subject.snapshot, oneKey: true))
        add("changed rows under a rule", WriteSQL.update(subject.values, by: subject.ruled, keeping: subject.snapshot, oneKey: false))
        add("a changed row and its activity, under a rule", WriteSQL.update(subject.values, by: subject.ruled, history: .activity))
        add("a changed row and its revision", WriteSQL.update(subject.values, by: subject.write, history: .revision(state)))
        add("a changed row and its revision, under a rule", WriteSQL.update(subject.values, by: subject.ruled, history: .revision(state)))
        try GoldenText.compare(text, with: "writes.sql.txt")
    }

    /// The bytes that a write sends depend on its shape alone, so that a prepared statement serves again.
    @Test func formsDecideTheText() throws {
        let subject = try subject()
        let field = try #require(subject.values.first).field
        func form(_ bind: SQLBind, isZoned: Bool = false) -> ColumnForm { ColumnValue(field: field, bind: bind, isZoned: isZoned).form }
        #expect(form(.text("a")) == form(.text("b")))
        #expect(form(.text("a")) != form(.null) && form(.text("a")) != form(.text("a"), isZoned: true))
    }
}

import AccessControl
import JSONText
import QueryEngine
import QueryLanguage
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
        let shown: ShownRow
        let lists: RowLists
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
        let shown = ShownRow(try #require(try returned("fields=title,id,published&alias[t]=title&fields=t", engine, .full)), .asked)
        return Subject(
            collection: collection, values: values, snapshot: RowSnapshot(of: collection, in: engine.schema),
            write: try WriteAuthorizer(snapshot: engine, access: .full).update(Self.names, on: collection),
            ruled: try WriteAuthorizer(snapshot: engine, access: reader).update(Self.names, on: collection), shown: shown,
            lists: try #require(RowLists([Array(values.prefix(2)), Array(values.prefix(2))])))
    }

    private func returned(_ query: String, _ engine: EngineSnapshot, _ access: EffectiveAccess) throws -> ReturnedRows? {
        let collection = try #require(engine.schema.collection("articles"))
        let query = try ItemQueryParser.parse(queryString: query, limits: QueryLimits())
        let resolved = try Resolver.resolve(query, on: collection, in: engine.schema, limits: QueryLimits())
        return Planner.returned(try Authorizer(snapshot: engine, access: access).authorize(resolved))
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
        add("a shown row", WriteSQL.insert(subject.values, into: subject.collection, showing: subject.shown))
        add("a shown row and its activity", WriteSQL.insert(subject.values, into: subject.collection, history: .activity, showing: subject.shown))
        add("a shown row and its revision", WriteSQL.insert(subject.values, into: subject.collection, history: .revision, showing: subject.shown))
        let known = ShownRow(subject.shown.rows, .knownNot)
        add(
            "a shown row of a table that was looked at",
            WriteSQL.insert(subject.values, into: subject.collection, history: .revision, showing: known))
        add("a changed and shown row", WriteSQL.update(subject.values, by: subject.write, history: nil, showing: subject.shown))
        add(
            "a changed and shown row and its revision, under a rule",
            WriteSQL.update(subject.values, by: subject.ruled, history: .revision(state), showing: subject.shown))
        add("rows", WriteSQL.insert(subject.lists, into: subject.collection))
        add("rows by themselves", WriteSQL.insert(subject.lists, into: subject.collection, history: nil, showing: nil))
        add("rows and their activity", WriteSQL.insert(subject.lists, into: subject.collection, history: .activity, showing: nil))
        add("shown rows and their revisions", WriteSQL.insert(subject.lists, into: subject.collection, history: .revision, showing: known))
        try GoldenText.compare(text, with: "writes.sql.txt")
    }

    /// Columns alone, without a condition, are returned.
    @Test func whatIsReturned() throws {
        let engine = try NewsModel.snapshot(reading: [
            ("articles", ["id", "title", "author", "status"], nil), ("articles", ["views"], #"{"status":{"_eq":"x"}}"#),
        ])
        let reader = engine.access.caller(.user(NewsModel.user, role: nil), origin: RequestOrigin()).access
        let ruled = try NewsModel.snapshot(reading: [("articles", ["*"], #"{"status":{"_eq":"x"}}"#)])
        for (query, access, isReturned) in [
            ("fields=id,title,meta,author", EffectiveAccess.full, true), ("fields=id&limit=1&sort=-title", .full, true),
            ("fields=title,author", reader, true), ("fields=id,views", reader, false), ("fields=*", .full, false),
            ("fields=author.name", .full, false), ("fields=remarks", .full, false), ("fields=year(published)", .full, false),
            ("fields=count(remarks)", .full, false), ("fields=json(meta, a)", .full, false), ("fields=id&filter[id][_eq]=1", .full, false),
            ("fields=id&search=x", .full, false), ("fields=id&offset=1", .full, false), ("fields=id&limit=0", .full, false),
            ("fields=id&meta=*", .full, false), ("aggregate[count]=*", .full, false),
        ] {
            #expect((try returned(query, engine, access) != nil) == isReturned, "\(query)")
        }
        #expect(try returned("fields=id", ruled, ruled.access.caller(.user(NewsModel.user, role: nil), origin: RequestOrigin()).access) == nil)
        for (query, isInKeyOrder) in [("title", true), ("id&sort=id", true), ("id&sort=-id", false), ("id&sort=title", false)] {
            let query = "fields=\(query)"
            #expect(try returned(query, engine, .full)?.isInKeyOrder == isInKeyOrder, "\(query)")
        }
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

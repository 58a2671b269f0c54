import AccessControl
import JSONText
import QueryEngine
import QueryLanguage
import SQLText
import SchemaModel
import TestSupport
import Testing

/// Reads explained from their own stages, without a database.
@Suite struct ExplanationTests {
    private static let reading: [(String, [String], String?)] = [
        ("articles", ["id", "title", "author", "remarks", "status"], #"{"status":{"_eq":"published"}}"#),
        ("articles", ["id", "views"], #"{"author":{"name":{"_eq":"$CURRENT_USER.first_name"}}}"#),
        ("articles", ["meta"], #"{"id":{"_eq":1}}"#),
        ("authors", ["id", "name"], nil),
        ("remarks", ["id", "text", "secret", "article"], #"{"_or":[{"text":{"_nnull":true}},{"article":{"status":{"_eq":"x"}}}]}"#),
    ]

    private static func labels() -> AccessLabels {
        var labels = AccessLabels()
        labels.policies[NewsModel.policy] = "Readers"
        labels.places[PermissionID(1)] = SourceLocation(file: "Schemas/articles.yaml", line: 34, column: 5)
        labels.files["articles"] = "Schemas/articles.yaml"
        return labels
    }

    /// - Parameter plan: what PostgreSQL says of the root's statement.
    private static func explain(_ query: String, asAdmin: Bool = false, plan: String? = nil) throws -> ReadExplanation {
        let snapshot = try NewsModel.snapshot(reading: reading)
        var caller = snapshot.access.caller(.user(NewsModel.user, role: nil), origin: RequestOrigin())
        if asAdmin { caller.access = EffectiveAccess(isAdmin: true, hasAppAccess: true, policies: [NewsModel.policy], grants: [:]) }
        let collection = try #require(snapshot.schema.collection("articles"))
        let explainer = ReadExplainer(caller.access, in: snapshot, labels())
        var explanation = ReadExplanation(
            access: AccessExplanation(caller, called: "user ann@example.com", in: snapshot.access, labels()))
        let parsed = try ItemQueryParser.parse(queryString: query, limits: QueryLimits())
        let resolved = try Resolver.resolve(parsed, on: collection, in: snapshot.schema, limits: QueryLimits())
        do throws(WireError) {
            let authorized = try Authorizer(snapshot: snapshot, access: caller.access).authorize(resolved)
            let read = Planner.plan(authorized, root: .list)
            var level = explainer.explain(resolved, authorized, read, root: .list)
            if let json = plan.flatMap({ try? JSONParser.parse($0) }) {
                var statement = level.statement
                statement.plan = DatabasePlan(json)
                level = level.with(StatementTree(statement: statement))
            }
            explanation.root = level
        } catch {
            explanation.refusal = RefusalExplanation(stage: .rights, error: error, missing: explainer.missing(in: resolved))
        }
        return explanation
    }

    @Test("explanations read as reviewed") func texts() throws {
        let cases: [(query: String, asAdmin: Bool)] = [
            ("fields=*,author.name,remarks.*&filter[status][_in]=a,b&sort=-published,title&limit=5&page=2", true),
            ("fields=*,author.name,remarks.*,tags.*&filter[_or][0][title][_eq]=a&filter[_or][1][views][_gt]=3&sort=-title", false),
            ("fields=title&search=wolf&limit=-1", false),
            ("aggregate[sum]=views&aggregate[count]=*&groupBy=status", false),
            ("fields=published,bogus,titel,author.salary", false),
        ]
        var text = ""
        for entry in cases {
            let request = "GET /items/articles?\(entry.query)"
            text += "\(try Self.explain(entry.query, asAdmin: entry.asAdmin).text(of: request))\n\n----\n\n"
        }
        try GoldenText.compare(text, with: "explanations.txt")
    }

    @Test("a refusal names every grant that is missing, and who has it") func missing() throws {
        let refusal = try #require(try Self.explain("fields=published,titel&filter[tags][tags_id][label][_eq]=a").refusal)
        #expect(refusal.error.code == .forbidden)
        let names = refusal.missing.map { "\($0.collection).\($0.field ?? "*")" }
        #expect(names == ["articles.published", "articles.titel", "articles.tags", "articles_tags.*", "tags.*"])
        #expect(refusal.missing.map(\.exists) == [true, false, true, true, true])
        #expect(refusal.missing[1].hint == "title")
        #expect(refusal.missing.allSatisfy { $0.grantedBy.isEmpty })
    }

    // MARK: Advice

    private static func scan(_ rows: Int, _ removed: Int, relation: String = "articles", alias: String = "t0") -> String {
        """
        {"Node Type": "Seq Scan", "Relation Name": "\(relation)", "Alias": "\(alias)", "Plan Rows": 10, "Total Cost": 9.5, "Actual Rows": \(rows),
          "Actual Loops": 1, "Actual Total Time": 3.25, "Rows Removed by Filter": \(removed), "Shared Hit Blocks": 40, "Shared Read Blocks": 2}
        """
    }

    private static func plan(_ step: String) -> String { #"[{"Plan": \#(step), "Planning Time": 0.2, "Execution Time": 3.5}]"# }

    private static func sort(_ rows: Int, kept: Int) -> String {
        """
        {"Node Type": "Limit", "Actual Rows": \(kept), "Actual Loops": 1, "Plans": [{"Node Type": "Sort", "Sort Method": "top-N heapsort",
          "Actual Rows": \(kept), "Actual Loops": 1, "Plans": [\(scan(rows, 0))]}]}
        """
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let query: String
        let plan: String
        let yaml: [String?]
        var testDescription: String { query }
    }

    @Test(
        "an index is advised for what was read in vain",
        arguments: [
            Case(query: "filter[status][_eq]=a", plan: scan(10, 9_990), yaml: ["- [status]"]),
            Case(query: "filter[status][_eq]=a&sort=-published", plan: scan(10, 9_990), yaml: ["- [status, published]"]),
            Case(query: "filter[views][_gt]=3&filter[status][_in]=a,b", plan: scan(10, 9_990), yaml: ["- [status, views]"]),
            Case(query: "filter[title][_contains]=a", plan: scan(10, 9_990), yaml: ["- { fields: [title], using: gin_trgm }"]),
            Case(query: "filter[title][_icontains]=a", plan: scan(10, 9_990), yaml: [nil]),
            Case(query: "filter[remarks][_some][text][_eq]=a", plan: scan(10, 9_990, relation: "remarks", alias: "t1"), yaml: ["- [article]"]),
            Case(query: "sort=title", plan: sort(10_000, kept: 100), yaml: ["- [title]"]),
            // The key has its index; few rows, or most of them wanted; an index for one side of an `or` spares nothing.
            Case(query: "filter[id][_eq]=1", plan: scan(1, 9_999), yaml: []),
            Case(query: "filter[status][_eq]=a", plan: scan(10, 900), yaml: []),
            Case(query: "filter[status][_eq]=a", plan: scan(5_000, 5_000), yaml: []),
            Case(query: "filter[_or][0][status][_eq]=a&filter[_or][1][title][_eq]=b", plan: scan(10, 9_990), yaml: []),
            Case(query: "sort=title&limit=-1", plan: sort(10_000, kept: 100), yaml: []),
        ])
    func advice(_ entry: Case) throws {
        let root = try #require(try Self.explain(entry.query, asAdmin: true, plan: Self.plan(entry.plan)).root)
        #expect(root.statement.plan?.execution == 3.5)
        #expect(root.advice.map(\.yaml) == entry.yaml, "\(root.advice)")
    }

    @Test("a masked field can't be served by an index") func maskedAdvice() throws {
        let root = try #require(try Self.explain("fields=title&filter[views][_gt]=3", plan: Self.plan(Self.scan(10, 9_990))).root)
        #expect(root.advice.map(\.yaml) == ["- [status]"], "the row rule's field can")
        let none = try #require(try Self.explain("fields=title,views&filter[views][_gt]=3", plan: Self.plan(Self.scan(10, 9_990))).root)
        #expect(none.advice.map(\.yaml) == [nil])
    }

    @Test("a value that leads to a secret is not shown") func hiddenValues() throws {
        let snapshot = try NewsModel.snapshot()
        let slots: [PlanSlot] = [
            .variable(.currentUser(path: ["token"]), isArray: false), .variable(.currentUser(path: ["first_name"]), isArray: false), .keys,
            .variable(.currentUser(path: ["password"]), isArray: false), .variable(.currentUser(path: []), isArray: false),
        ]
        let sql: SQLFragment = """
            SELECT \(slot: 0, as: .text), \(slot: 1, as: .text), \(slot: 2, as: .integer.array), \(slot: 3, as: .text), \(slot: 4, as: .uuid), \
            \(bind: .text("x"), as: .text)
            """
        let template = sql.render()
        let binds = template.statement(slots: slots.indices.map { .text("v\($0)") }).binds
        let shown = BindExplanation.list(of: template, slots, binds, in: snapshot.schema)
        #expect(shown.map(\.text) == [nil, "v1", "v2", nil, "v4", "x"])
        #expect(shown.map(\.isHidden) == [true, false, false, true, false, false])
        #expect(shown.map(\.type) == ["text", "text", "int4[]", "text", "uuid", "text"])
    }
}

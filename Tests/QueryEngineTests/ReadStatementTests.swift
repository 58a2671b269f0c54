import AccessControl
import QueryEngine
import QueryLanguage
import SQLText
import SQLText
import SchemaModel
import TestSupport
import Testing

/// What one read becomes, as text: each statement of the plan with its binds. `UPDATE_GOLDENS=1` rewrites the file; the diff is reviewed.
@Suite struct ReadStatementTests {
    private struct Case {
        let name: String
        let query: String
        var isReader = false
        var root = Planner.Root.list
    }

    private static let cases: [Case] = [
        Case(name: "one item", query: "fields=id,title", root: .item),
        Case(name: "list with filter, sort and page", query: "fields=id,title&filter[status][_eq]=published&sort=-published&limit=25&page=2"),
        Case(name: "many-to-one in filter and sort is a join", query: "fields=id&filter[author][name][_contains]=a&sort=author.name"),
        Case(name: "one-to-many in a filter is a semi-join", query: "fields=id&filter[remarks][text][_null]=true&filter[status][_eq]=x"),
        Case(
            name: "some and none",
            query: #"fields=id&filter={"_and":[{"tags":{"_some":{"tags_id":{"label":{"_eq":"a"}}}}},{"remarks":{"_none":{}}}]}"#),
        Case(name: "nested objects and lists", query: "fields=title,author.name,tags.tags_id.label,remarks&deep[remarks][_limit]=2"),
        Case(
            name: "objects alone are joined behind the limit",
            query: "fields=id,author.name,author.id&sort=-published&filter[status][_eq]=published&limit=25"),
        Case(
            name: "more objects than a statement joins have statements",
            query: "fields=a.name,b.name,c.name,d.name,e.name,f.name,g.name&"
                + ["a", "b", "c", "d", "e", "f", "g"].map { "alias[\($0)]=author" }.joined(separator: "&"), root: .item),
        Case(name: "a list of children is cut before objects are joined", query: "fields=tags.tags_id.label&deep[tags][_limit]=2"),
        Case(name: "children without a limit join nothing", query: "fields=tags.tags_id.label&deep[tags][_limit]=-1"),
        Case(name: "the object of one item is joined beside it", query: "fields=id,author.name,remarks.text", root: .item),
        Case(name: "what is sorted by is no object of the answer", query: "fields=author.name&sort=-author.name"),
        Case(name: "a long list's objects have a statement", query: "fields=author.name&limit=-1"),
        Case(name: "counts beside objects", query: "fields=author.name&meta=filter_count&filter[status][_eq]=x"),
        Case(name: "all children without a limit", query: "fields=id,remarks.text&deep[remarks][_limit]=-1"),
        Case(name: "sort by the best child", query: "fields=id&sort=-remarks.text"),
        Case(name: "functions and json", query: "fields=year(published),count(remarks),json(meta, a.b[0])"),
        Case(name: "counts beside the list", query: "fields=id&meta=*&filter[views][_gt]=3"),
        Case(name: "aggregate by group", query: "aggregate[sum]=views&aggregate[count]=*&groupBy=status,year(published)&sort=-sum.views"),
        Case(name: "search", query: "fields=id&search=wolf"),
        Case(name: "variables are slots", query: "fields=id&filter[published][_lte]=$NOW&filter[title][_eq]=$CURRENT_USER"),
        Case(name: "concealed value stays in the database", query: "fields=remarks.secret"),
        Case(name: "row rule of a reader", query: "fields=id,title&sort=id", isReader: true),
        Case(name: "a conditional field is masked wherever it is used", query: "fields=id,views&filter[views][_gt]=3&sort=-views", isReader: true),
        Case(name: "joined objects are readable ones", query: "fields=id,author.name", isReader: true),
        Case(name: "an object with a masked field has a statement", query: "fields=id,author.name,author.salary", isReader: true),
        Case(name: "joined rows are limited to readable ones", query: "fields=id&filter[author][name][_eq]=x", isReader: true),
        Case(
            name: "a rule within another adds no rows, and masks only what it grants alone",
            query: "fields=author.id,author.name,author.salary&sort=author.name", isReader: true),
        Case(name: "aggregates see masked values", query: "aggregate[sum]=views", isReader: true),
    ]

    private static let reading: [(String, [String], String?)] = [
        ("articles", ["id", "title", "author", "status"], #"{"status":{"_eq":"published"}}"#),
        ("articles", ["id", "views"], #"{"author":{"name":{"_eq":"$CURRENT_USER"}}}"#),
        ("authors", ["id", "name"], #"{"name":{"_nnull":true}}"#),
        ("authors", ["salary"], #"{"_and":[{"name":{"_nnull":true}},{"id":{"_lte":5}}]}"#),
    ]

    @Test("statements are as reviewed") func statements() throws {
        var text = ""
        for entry in Self.cases {
            let snapshot = try NewsModel.snapshot(reading: Self.reading)
            let access = entry.isReader ? snapshot.access.caller(.user(NewsModel.user, role: nil), origin: RequestOrigin()).access : .full
            let collection = try #require(snapshot.schema.collection("articles"))
            let query = try ItemQueryParser.parse(queryString: entry.query, limits: QueryLimits())
            let resolved = try Resolver.resolve(query, on: collection, in: snapshot.schema, limits: QueryLimits())
            let plan = Planner.plan(try Authorizer(snapshot: snapshot, access: access).authorize(resolved), root: entry.root)
            text += "## \(entry.name)\n\(entry.query)\n\n\(describe(plan.root, depth: 0))"
            if let gathered = GatheredRead(plan) { text += "known as quick: \(describe(gathered.template, gathered.slots, ""))" }
            text += "\n"
        }
        try GoldenText.compare(text, with: "reads.sql.txt")
    }

    private func describe(_ node: ReadNode, depth: Int) -> String {
        let indent = String(repeating: "    ", count: depth)
        var text = indent + describe(node.template, node.slots, indent)
        if let plain = node.plainLists { text += "\(indent)while short: \(describe(plain.template, plain.slots, indent))" }
        return text + node.children.map { describe($0, depth: depth + 1) }.joined()
    }

    private func describe(_ template: SQLTemplate, _ slots: [PlanSlot], _ indent: String) -> String {
        var text = "\(template.text)\n"
        for (index, source) in template.sources.enumerated() {
            switch source {
            case .value(let bind): text += "\(indent)  $\(index + 1) = \(bind)\n"
            case .slot(let slot): text += "\(indent)  $\(index + 1) = \(slots[slot])\n"
            }
        }
        return text
    }
}

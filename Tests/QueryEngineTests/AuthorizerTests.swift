import AccessControl
import QueryEngine
import QueryLanguage
import SchemaModel
import Testing

/// Rights on names (attacks B6, C1, C2, C6–C13): what is forbidden and what does not exist are refused in the same words.
@Suite struct AuthorizerTests {
    private static let reading: [(String, [String], String?)] = [
        ("articles", ["id", "title", "author", "remarks"], nil),
        ("authors", ["id", "name"], nil),
        ("remarks", ["id", "text", "article", "secret"], nil),
    ]

    private func refusal(_ query: String) throws -> WireError? {
        let snapshot = try NewsModel.snapshot(reading: Self.reading)
        let access = snapshot.access.caller(.user(NewsModel.user, role: nil), origin: RequestOrigin()).access
        let collection = try #require(snapshot.schema.collection("articles"))
        do throws(WireError) {
            let parsed = try ItemQueryParser.parse(queryString: query, limits: QueryLimits())
            let resolved = try Resolver.resolve(parsed, on: collection, in: snapshot.schema, limits: QueryLimits())
            _ = try Authorizer(snapshot: snapshot, access: access).authorize(resolved)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "an unreadable field is refused like an unknown one",
        arguments: [
            "fields=NAME", "filter[NAME][_eq]=1", "sort=NAME", "sort=-NAME", "aggregate[max]=NAME", "groupBy=NAME", "alias[x]=NAME&fields=x",
            "fields=year(NAME)", "filter[year(NAME)][_eq]=1", "deep[author][_filter][name][_eq]=a&fields=author.name,NAME",
            #"filter={"_or":[{"title":{"_eq":"a"}},{"NAME":{"_null":true}}]}"#,
        ])
    func sameWords(_ query: String) throws {
        let hidden = try #require(try refusal(query.replacing("NAME", with: "views")))
        let unknown = try #require(try refusal(query.replacing("NAME", with: "bogus")))
        #expect(hidden.code == .forbidden)
        #expect(hidden.message.replacing("views", with: "bogus") == unknown.message)
    }

    @Test(
        "a field of a related collection is checked there",
        arguments: [
            ("fields=author.salary", "author", "authors"), ("filter[author][salary][_gt]=1", "author", "authors"),
            ("sort=author.salary", "author", "authors"),
            ("fields=author.name&deep[author][_filter][salary][_gt]=1", "author", "authors"),
            ("filter[remarks][_some][bogus][_eq]=1", "remarks", "remarks"),
        ])
    func related(_ query: String, _ path: String, _ collection: String) throws {
        let refusal = try #require(try refusal(query))
        #expect(refusal.message.contains("in collection \"\(collection)\" or it does not exist. Queried in \"\(path)\"."))
    }

    @Test("a filter over a collection without rights is refused, a selection goes away")
    func unreadableCollection() throws {
        #expect(try refusal("filter[tags][tags_id][label][_eq]=a")?.code == .forbidden)
        #expect(try refusal("fields=id,tags.tags_id.label") == nil)
    }

    @Test(
        "secrets can't be compared or ordered by",
        arguments: [
            ("filter[remarks][secret][_eq]=x", ErrorCode.invalidQuery), ("filter[remarks][secret][_contains]=x", .invalidQuery),
            ("sort=remarks.secret", .forbidden), ("filter[remarks][secret][_null]=true", nil),
        ] as [(String, ErrorCode?)])
    func secrets(_ query: String, _ code: ErrorCode?) throws {
        #expect(try refusal(query)?.code == code)
    }

    @Test(
        "a variable of the caller's own row is read like any other value (attack C1)",
        arguments: [
            "filter[title][_eq]=$CURRENT_USER.first_name", "filter[title][_eq]=$CURRENT_USER.bogus", "filter[title][_in]=$CURRENT_ROLES.name,x",
            #"fields=id,remarks.id&deep={"remarks":{"_filter":{"text":{"_eq":"$CURRENT_USER.first_name"}}}}"#,
            #"filter={"_or":[{"remarks":{"_some":{"text":{"_eq":"$CURRENT_POLICIES.name"}}}}]}"#,
        ])
    func variables(_ query: String) throws {
        #expect(try refusal(query) == .invalidQuery("Invalid filter object"))
        #expect(try refusal(query.replacing(".first_name", with: "").replacing(".bogus", with: "").replacing(".name", with: "")) == nil)
    }

    @Test(
        "no condition ever vanishes (attack C21)",
        arguments: [
            #"filter={"title":{"_some":{"id":{"_eq":1}}}}"#, #"filter={"title":{"lookup":1}}"#, #"filter={"title":{"_raw":1}}"#,
            #"filter={"id":{"_between":[1]}}"#, #"filter={"id":{"_between":[1,2,3]}}"#, #"filter={"constructor":{"_eq":1}}"#,
            #"filter={"title":{"id":{"_eq":1}}}"#,
        ])
    func vanishing(_ query: String) throws {
        #expect(try refusal(query) != nil)
    }
}

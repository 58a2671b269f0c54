import JSONText
import QueryLanguage
import SchemaModel
import Testing

@Suite struct SelectionTests {
    static let cases: [QueryCase] = [
        QueryCase("", "*"),
        QueryCase("limit=1", "*"),
        QueryCase("fields", "*"),
        QueryCase("fields=", "*"),
        QueryCase("fields=id,title", "id, title"),
        QueryCase("fields= id , title ", "id, title"),
        QueryCase("fields=id,+title", "id, title"),
        QueryCase("fields[]=id,title&fields[]=slug", "id, title, slug"),
        QueryCase("fields=id&fields=title", "id, title"),
        QueryCase("fields=id,title,id", "id, title"),
        QueryCase("fields=title,id", "title, id"),
        QueryCase("fields=*,*", "*"),
        QueryCase(#"fields=["id","title"]"#, #"["id", "title"]"#),
        // Relations
        QueryCase("fields=author.name", "author{name}"),
        QueryCase("fields=author,author.name", "author, author{name}"),
        QueryCase("fields=author.name,id,author.mentor.name,author.mentor.id", "author{name, mentor{name, id}}, id"),
        QueryCase("fields=author.*,author.mentor.*", "author{*, mentor{*}}"),
        QueryCase("fields=*.*", "*, *{*}"),
        QueryCase("fields=*.*.*,*.id", "*, *{*, *{*}, id}"),
        QueryCase("fields=id,*.name", "id, *, *{name}"),
        QueryCase("fields=author.", "author{}"),
        QueryCase("fields=a..b", "a{{b}}"),
        // Many-to-any
        QueryCase("fields=blocks.item:texts.heading,blocks.item:images.*", "blocks{item:texts{heading}, item:images{*}}"),
        QueryCase("fields=blocks.item.id,blocks.item:texts.heading", "blocks{item{id}, item:texts{heading}}"),
        // Functions
        QueryCase("fields=year(date),count(tags)", "date_year=year(date), tags_count=count(tags)"),
        QueryCase("fields=year(date),year(date),date", "date_year=year(date), date"),
        QueryCase("fields=author.year(birthday)", "author{birthday_year=year(birthday)}"),
        QueryCase("fields=year(author.birthday)", "author{birthday_year=year(birthday)}"),
        QueryCase("fields=YEAR(x),count(*)", "x_YEAR=YEAR(x), *_count=count(*)"),
        QueryCase("fields=(select 1)", "(select 1)"),
        QueryCase("fields=a)b", "a)b"),
        // json()
        QueryCase("fields=json(meta, color),json(meta,a.b)", "meta_color_json=json(meta, color), meta_a_b_json=json(meta, a.b)"),
        QueryCase("fields[]=id,json(metadata, variants[0].sku)", "id, metadata_variants_0_sku_json=json(metadata, variants[0].sku)"),
        QueryCase("fields=json(meta, sizes[0])", "meta_sizes_0_json=json(meta, sizes[0])"),
        QueryCase("fields=json(meta, [0])", "meta_0_json=json(meta, [0])"),
        QueryCase("fields=json(author.profile, city.name)", "author{profile_city_name_json=json(profile, city.name)}"),
        QueryCase("fields=author.json(profile, city.name)", "author{profile_city_name_json=json(profile, city.name)}"),
        // Alias
        QueryCase("alias[n]=title&fields=id,n,title", "id, n=title, title"),
        QueryCase("alias[n]=title&fields=id", "id"),
        QueryCase("alias[n]=title&fields=*", "*, n=title"),
        QueryCase("alias[n]=title&fields=n,*", "n=title, *"),
        QueryCase("alias[title]=status&fields=title", "title=status"),
        QueryCase("alias[y]=year(date)&alias[c]=json(meta, a.b)&fields=y,c", "y=year(date), c=json(meta, a.b)"),
        QueryCase(#"alias={"dutch":"translations"}&fields=dutch.*"#, "dutch=translations{*}"),
        QueryCase("alias[a]=comments&alias[b]=comments&fields=a.id,b.id", "a=comments{id}, b=comments{id}"),
        QueryCase("alias[parts]=blocks&fields=parts.item:texts.heading", "parts=blocks{item:texts{heading}}"),
        QueryCase("alias[n]=title&fields=author.n", "author{n}"),
        QueryCase("alias[c]=json(author.profile, city)&fields=c", "author{c=json(profile, city)}"),
        QueryCase("alias[count->id]=title&fields=count->id", "count->id=title"),
        QueryCase("alias=&fields=id", "id"),
        // Alias below deep
        QueryCase("fields=author.n&deep[author][_alias][n]=name", "author{n=name}"),
        QueryCase("fields=author.*&deep[author][_alias][n]=name", "author{*, n=name}"),
        QueryCase("fields=author.pupils.name&deep[author][_alias][pupils]=students", "author{pupils=students{name}}"),
        QueryCase("alias[w]=author&fields=w.n&deep[w][_alias][n]=name", "w=author{n=name}"),
        QueryCase("alias[w]=author&fields=w.n&deep[author][_alias][n]=name", "w=author{n}"),
        QueryCase("fields=b.item:x.n&deep[b][item:x][_alias][n]=name", "b{item:x{n=name}}"),
        QueryCase("fields=*.*&deep[author][_alias][n]=name", "*, *{*}, author{*, n=name}"),
        QueryCase("fields=*.*&deep[author][_limit]=1", "*, *{*}"),
    ]

    @Test("turns fields and aliases into a tree in order of first mention", arguments: cases)
    func selects(_ example: QueryCase) throws {
        let query = try ItemQueryParser.parse(queryString: example.query, limits: QueryLimits())
        #expect(Rendering.text(query.selections) == example.expected)
    }

    static let bodies: [QueryCase] = [
        QueryCase(#"{}"#, "*"),
        QueryCase(#"{"fields":null}"#, "*"),
        QueryCase(#"{"fields":""}"#, "*"),
        QueryCase(#"{"fields":[]}"#, ""),
        QueryCase(#"{"fields":["id","a,b"]}"#, "id, a, b"),
        QueryCase(#"{"fields":"id,a.b"}"#, "id, a{b}"),
        QueryCase(#"{"fields":["n"],"alias":"{\"n\":\"title\"}"}"#, "n=title"),
    ]

    @Test("takes native JSON", arguments: bodies)
    func selectsFromBody(_ example: QueryCase) throws {
        let object = try #require(try JSONParser.parse(example.query).object)
        #expect(Rendering.text(try ItemQueryParser.parse(object: object, limits: QueryLimits()).selections) == example.expected)
    }
}

import AccessControl
import JSONText
import OpenAPIGeneration
import SchemaModel
import TestSupport
import Testing

@Suite struct OpenAPIDocumentTests {
    /// Cut to the newsroom: `openapi-gen/openapi.json` holds a whole document.
    @Test func `The document of a small newsroom, as reviewed`() throws {
        let schema = try Newsroom.schema()
        try GoldenText.compare(newsroomPart(of: OpenAPIDocument(of: schema, for: .admin)), with: "admin.json")
        try GoldenText.compare(newsroomPart(of: OpenAPIDocument(of: schema, for: Newsroom.reporter)), with: "reporter.json")
        try GoldenText.compare(newsroomPart(of: OpenAPIDocument(of: schema, for: Newsroom.visitor)), with: "visitor.json")
    }

    @Test func `Every route is documented, and nothing else`() throws {
        let schema = try Newsroom.schema()
        var routes: Set<String> = []
        for operation in OperationCatalogue.operations where operation.method != .search {
            let method = operation.method.rawValue.lowercased()
            guard case .items(let action, .path) = operation.action else {
                routes.insert("\(method) \(operation.template)")
                continue
            }
            for collection in schema.collections where !collection.isSystem {
                if collection.meta.singleton, action != .list, action != .updateMany { continue }
                routes.insert("\(method) " + operation.template.replacing("{collection}", with: collection.name.text))
            }
        }
        #expect(Set(operations(of: OpenAPIDocument(of: schema, for: .admin)).keys) == routes)
    }

    @Test func `Operations have names of their own`() throws {
        let names = operations(of: OpenAPIDocument(of: try Newsroom.schema(), for: .admin)).values.compactMap { $0["operationId"]?.string }
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 } })
    }

    @Test func `The same model and rights give the same bytes, other rights others`() throws {
        let audiences: [DocumentAudience] = [.admin, Newsroom.reporter, Newsroom.visitor]
        var versions: Set<String> = []
        for audience in audiences {
            let document = OpenAPIDocument(of: try Newsroom.schema(), for: audience)
            #expect(try JSONParser.parse(document.compact.string) == document.value)
            #expect(document.compact.bytes == OpenAPIDocument(of: try Newsroom.schema(), for: audience).compact.bytes)
            versions.insert(document.version)
        }
        #expect(versions.count == audiences.count)
    }

    @Test(arguments: [
        "salary", "secret_note", "front_page", "FrontPage", "directus_users", "DirectusUsers", "postgres", "Postgres", "Kerege", "kerege",
    ])
    func `What may not be read is not named`(_ word: String) throws {
        let schema = try Newsroom.schema()
        for audience in [Newsroom.reporter, Newsroom.visitor] {
            #expect(!OpenAPIDocument(of: schema, for: audience).compact.string.contains(word))
        }
    }

    @Test func `A note can neither hold markup nor links`() throws {
        let text = OpenAPIDocument(of: try Newsroom.schema(), for: .admin).compact.string
        #expect(!text.contains("<script"))
        #expect(!text.contains("](java"))
    }

    @Test func `Collections whose names differ little have schemas of their own`() throws {
        let names = ["blog_posts", "BlogPosts", "blogPosts", "blog-posts", "blog_posts_create", "models", "models_item", "error_response", "1st"]
        let yaml = names.map { "collection: \"\($0)\"\nfields:\n  id: { type: integer, auto_increment: true, primary: true }" }
        let document = OpenAPIDocument(of: try Newsroom.schema(yaml.joined(separator: "\n---\n")), for: .admin)
        let ids = operations(of: document).values.compactMap { $0["operationId"]?.string }
        #expect(Set(ids).count == ids.count)
        let schemas = try #require(document.value["components"]?["schemas"]?.object?.keys)
        #expect(Set(schemas.map { $0.lowercased() }).count >= names.count * 3)
        #expect(schemas.allSatisfy { $0.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 } })
    }

    private func operations(of document: OpenAPIDocument) -> [String: JSONValue] {
        var out: [String: JSONValue] = [:]
        for path in document.value["paths"]?.object?.members ?? [] {
            for operation in path.value.object?.members ?? [] { out["\(operation.key) \(path.key)"] = operation.value }
        }
        return out
    }

    private func newsroomPart(of document: OpenAPIDocument) -> String {
        let paths = (document.value["paths"]?.object?.members ?? []).filter { $0.key.hasPrefix("/items/") }
        let schemas = (document.value["components"]?["schemas"]?.object?.members ?? []).filter {
            !$0.key.hasPrefix("Directus") && $0.key != "ErrorResponse"
        }
        var writer = ByteWriter()
        writer.appendPretty(["paths": .object(JSONObject(unique: paths)), "schemas": .object(JSONObject(unique: schemas))])
        writer.append("\n" as StaticString)
        return writer.finish().string
    }
}

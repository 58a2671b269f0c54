import JSONText
import Postgres
import TestSupport
import Testing

/// Geometry, where PostGIS is installed.
@Suite(.enabled("PostGIS is installed") { try await PostGIS.isInstalled() }) struct ShapeTests {
    private static let model = TestModel(
        name: "shapes",
        files: [
            (
                "Schemas/shapes.yaml",
                "collection: shapes\nfields:\n  id: { type: integer, auto_increment: true, primary: true }\n  any: geometry\n  point: geometry.Point\n"
            )
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access) VALUES ('c0000000-0000-4000-8000-000000000010', 'All', true);
            INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010');
            """, preparation: "CREATE EXTENSION postgis")

    static let shapes = [
        #"{"type":"Point","coordinates":[1,2]}"#, #"{"type":"Point","coordinates":[-179.5,0.25]}"#,
        #"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#,
        #"{"type":"Polygon","coordinates":[[[0,0],[0,2],[2,2],[0,0]]]}"#, #"{"type":"MultiPoint","coordinates":[[1,1],[2,2]]}"#,
        #"{"type":"MultiLineString","coordinates":[[[0,0],[1,1]]]}"#, #"{"type":"MultiPolygon","coordinates":[[[[0,0],[0,2],[2,2],[0,0]]]]}"#,
        #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}"#, "null",
    ]

    @Test func aShapeIsReadAsItWasWritten() async throws {
        try await withAPI(Self.model) { api in
            for shape in Self.shapes {
                let made = try await api.raw("POST /items/shapes?fields=any", TypeValues.boss, "{\"any\":\(shape)}")
                #expect(made.text == "{\"data\":{\"any\":\(shape)}}")
                let text = JSONValue.string(shape).text
                if shape != "null" {
                    #expect(try await api.raw("POST /items/shapes?fields=any", TypeValues.boss, "{\"any\":\(text)}").text == made.text)
                }
            }
        }
    }

    static let misfits = [
        #"{"type":"Point"}"#, #"{"type":"Nope","coordinates":[1,2]}"#, "{}", "[1]", "5", "true", #""POINT(1 2)""#,
        #"{"type":"Point","coordinates":["a","b"]}"#,
        #"{"type":"Point","coordinates":[1]}"#, #"{"type":"Polygon","coordinates":[[[0,0],[0,1]]]}"#, #"{"type":"LineString","coordinates":[1,2]}"#,
        #"{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[2,2]]]}"#, #"{"type":"GeometryCollection","geometries":[{"type":"Point"}]}"#,
        #"{"type":["Point"],"coordinates":[1,2]}"#, #"{"type":"Point","coordinates":{"a":1}}"#,
    ]

    @Test func whatIsNoShapeIsRefused() async throws {
        let reason = "Invalid value for field \"any\""
        try await withAPI(Self.model) { api in
            _ = try await api.raw("POST /items/shapes", TypeValues.boss, "{\"any\":\(Self.shapes[3])}")
            for shape in Self.misfits {
                let refused = try await api.raw("POST /items/shapes", TypeValues.boss, "{\"any\":\(shape)}")
                #expect(refused.text == refusal("INVALID_PAYLOAD", "Invalid payload. \(reason).", reason: reason), "\(shape)")
                for name in ["_intersects", "_nintersects", "_intersects_bbox", "_nintersects_bbox"] {
                    let filtered = try await api.raw("SEARCH /items/shapes", TypeValues.boss, #"{"query":{"filter":{"any":{"\#(name)":\#(shape)}}}}"#)
                    #expect(filtered.status == 400, "\(name) \(shape)")
                    #expect(filtered.text.contains("\\\"\(name)\\\" has to be a valid GeoJSON object"), "\(filtered.text)")
                }
            }
            let wrong = try await api.raw("POST /items/shapes", TypeValues.boss, "{\"point\":\(Self.shapes[2])}")
            #expect(wrong.status == 400)
            for (filter, status) in [(#"{"any":{"_eq":"x"}}"#, 400), (#"{"point":{"_lt":"a"}}"#, 400), (#"{"any":{"_null":true}}"#, 200)] {
                #expect(try await api.raw("SEARCH /items/shapes", TypeValues.boss, #"{"query":{"filter":\#(filter)}}"#).status == status, "\(filter)")
            }
        }
    }

    @Test func aRevisionTellsShapesAsTheyAreAnswered() async throws {
        try await withAPI(Self.model) { api in
            for shape in Self.shapes {
                let made = try await api.raw("POST /items/shapes?fields=id", TypeValues.boss, "{\"any\":\(shape)}")
                let key = try await api.rows("SELECT max(id) FROM shapes")
                #expect(made.status == 200)
                let changed = try await api.raw("PATCH /items/shapes/\(key)", TypeValues.boss, "{\"point\":\(Self.shapes[0])}")
                let data = try await api.rows("SELECT data FROM directus_revisions WHERE item = '\(key)' ORDER BY id DESC LIMIT 1")
                #expect(changed.text == "{\"data\":\(data)}")
            }
        }
    }

    @Test func shapesAreFoundByWhereTheyAre() async throws {
        try await withAPI(Self.model) { api in
            for shape in Self.shapes where shape != "null" { _ = try await api.raw("POST /items/shapes", TypeValues.boss, "{\"any\":\(shape)}") }
            let near = try await api.raw(
                "SEARCH /items/shapes", TypeValues.boss,
                #"{"query":{"fields":["id"],"sort":["id"],"filter":{"any":{"_intersects":{"type":"Point","coordinates":[1,2]}}}}}"#)
            #expect(near.text == #"{"data":[{"id":1},{"id":4},{"id":7},{"id":8}]}"#)
        }
    }
}

enum PostGIS {
    static func isInstalled() async throws -> Bool {
        try await TestPostgres.withAdmin { session in
            try await session.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'").last?.rowCount == 1
        }
    }
}

import JSONText
import Testing

/// A long answer is made and sent in pieces of about the same size, whatever its rows hold: so memory doesn't grow with it.
@Suite struct StreamedPieceTests {
    static let queries = ["fields=id,body,data", "fields=id,body,head.*", "fields=id,members.id,members.body&deep[members][_limit]=-1"]

    @Test(arguments: queries) func piecesStaySmall(_ query: String) async throws {
        try await withAPI(Crowd.model) { api in
            // 900 rows behind the small ones, every other one long, 30 below each of 30 heads.
            try await api.client.run(
                """
                INSERT INTO crowd (id, head, body, data) SELECT n, CASE WHEN n > 2030 THEN 2000 + n % 30 END, repeat('b', 100 + 7900 * (n % 2)),
                  json_build_object('list', array_fill(n, ARRAY[10])) FROM generate_series(2000, 2900) AS n;
                ANALYZE crowd;
                """)
            for format in ["", "&export=csv", "&export=json"] {
                let sizes = try await api.pieces("GET /items/crowd?limit=-1&\(query)\(format)", TypeValues.boss)
                #expect(sizes.reduce(0, +) > 3_000_000, "\(query) \(format)")
                #expect((sizes.max() ?? .max) < 3_500_000, "\(query) \(format): \(sizes)")
                #expect(sizes.count > 4, "\(query) \(format): \(sizes)")
            }
        }
    }
}

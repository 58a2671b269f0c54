import JSONText
import Postgres
import TestSupport
import Testing

/// What the database reads for an answer, told by its own counters.
@Suite struct NestedReadTests {
    @Test func aLimitForEachParentReadsNoMoreThanItAnswers() async throws {
        try await withAPI(Crowd.model) { api in
            try await api.client.run(
                """
                INSERT INTO crowd (id, head) SELECT n, n % 2 + 1 FROM generate_series(10001, 210000) AS n;
                ANALYZE crowd;
                """)
            let before = try await rowsRead(api)
            let answer = try await api.raw(
                "GET /items/crowd?filter[id][_lte]=2&fields=id,members.id&deep[members][_limit]=3&deep[members][_sort]=-id&sort=id", TypeValues.boss)
            #expect(
                answer.text == """
                    {"data":[{"id":1,"members":[{"id":210000},{"id":209998},{"id":209996}]},{"id":2,"members":[{"id":209999},{"id":209997},{"id":209995}]}]}
                    """)
            let all = try await api.raw("GET /items/crowd?filter[id][_lte]=2&fields=id,members.id&deep[members][_limit]=50&sort=id", TypeValues.boss)
            #expect(all.status == 200)
            #expect(try await rowsRead(api) - before < 5000)
        }
    }

    /// Of the table, by all connections: they tell when they end.
    private func rowsRead(_ api: TestAPI) async throws -> Int {
        let text = try await api.rows(
            """
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
            SELECT pg_stat_clear_snapshot();
            SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'crowd'
            """)
        return try #require(Int(text))
    }

    @Test func statementsAreAsManyAsLevels() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Crowd.model, setup: setup) { api in
            for (fields, count) in [("id", 1), ("id,head.id", 2), ("id,head.id,members.id", 3), ("members.head.members.id", 4)] {
                for limit in [1, 60] {
                    _ = texts.take()
                    let answer = try await api.raw(
                        "GET /items/crowd?fields=\(fields)&limit=\(limit)&sort=-id&deep[members][_limit]=3", TypeValues.boss)
                    #expect(answer.status == 200)
                    #expect(texts.take().filter { $0.contains("FROM \"crowd\"") }.count <= count, "\(fields), \(limit) rows")
                }
            }
        }
    }

    @Test func valuesThatDifferShareAStatement() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Crowd.model, setup: setup) { api in
            for query in [
                "filter[id][_eq]=VALUE", "filter[name][_contains]=VALUE", "filter[id][_in]=1,VALUE", "filter[members][_some][id]=VALUE&meta=*",
            ] {
                var seen: Set<String> = []
                for value in 1...5 {
                    _ = texts.take()
                    _ = try await api.raw("GET /items/crowd?fields=id&\(query.replacing("VALUE", with: String(value)))", TypeValues.boss)
                    seen.formUnion(texts.take().filter { $0.contains("FROM \"crowd\"") })
                }
                #expect(seen.count == 1, "\(query): \(seen)")
            }
        }
    }
}

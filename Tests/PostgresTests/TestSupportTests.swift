import Postgres
import SQLText
import Telemetry
import TestSupport
import Testing

@Suite struct TestSupportTests {
    @Test func `fills a template once and copies it for everybody`() async throws {
        let builds = Counter()
        let counts = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let template = try await TestTemplates.shared.name(of: "filled") { database in
                        builds.increment()
                        try await onLoop { loop in
                            try await PostgresSession.with(database.configuration, loop: loop) {
                                _ = try await $0.execute("CREATE TABLE t AS SELECT 1 AS a")
                            }
                        }
                    }
                    return try await withTestDatabase(template: template) { database in
                        try await onLoop { loop in
                            try await PostgresSession.with(database.configuration, loop: loop) { session in
                                _ = try await session.query(statement("INSERT INTO t VALUES ($1)", String(number)))
                                return try await session.query(statement("SELECT count(*) FROM t")).int(0, 0)
                            }
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == [2, 2, 2, 2] && builds.value == 1)
    }
}

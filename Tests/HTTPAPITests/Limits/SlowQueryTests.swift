import JSONText
import Postgres
import TestSupport
import Testing

/// A query that the database can't be done with: it ends by the clock, and with the caller (attacks K10, P7).
@Suite struct SlowQueryTests {
    /// 60 members of one head, in both directions: 60^5 rows to look at.
    private static let slow =
        #"{"query":{"fields":["id"],"filter":{"members":{"head":{"members":{"head":{"members":{"head":{"members":{"head":{"members":"#
        + #"{"name":{"_contains":"nobody"}}}}}}}}}}}}}"#

    @Test func itEndsByTheClock() async throws {
        var setup = TestAPI.Setup()
        setup.statementTimeout = .milliseconds(300)
        try await withAPI(Crowd.model, setup: setup) { api in
            let answer = try await api.raw("SEARCH /items/crowd", TypeValues.boss, Self.slow)
            #expect(answer.status == 503)
            #expect(
                answer.text == """
                    {"errors":[{"message":"Service \\"database\\" is unavailable. The query took too long.",\
                    "extensions":{"service":"database","reason":"The query took too long","code":"SERVICE_UNAVAILABLE"}}]}
                    """)
            #expect(try await api.raw("GET /items/crowd/1?fields=id", TypeValues.boss).text == #"{"data":{"id":1}}"#)
        }
    }

    @Test(.timeLimit(.minutes(2))) func itEndsWithItsCaller() async throws {
        try await withAPI(Crowd.model) { api in
            let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()"
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await api.raw("SEARCH /items/crowd", TypeValues.boss, Self.slow) }
                while try await api.rows(running) == "0" {}
                // What the server does when the client hangs up (`HangUpTests`).
                group.cancelAll()
                try? await group.waitForAll()
            }
            while try await api.rows(running) != "0" {}
        }
    }
}

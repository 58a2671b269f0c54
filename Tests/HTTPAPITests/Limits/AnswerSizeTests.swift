import JSONText
import QueryLanguage
import Testing

/// An answer that has to stand in memory is bounded, however few rows it is made of.
@Suite struct AnswerSizeTests {
    private static let limit = 300_000
    private static let tooLong = refusal(
        "INVALID_QUERY", "Invalid query. The answer would be longer than 300000 bytes: ask for fewer items, fields or levels.",
        reason: "The answer would be longer than 300000 bytes: ask for fewer items, fields or levels")

    private static var setup: TestAPI.Setup {
        var setup = TestAPI.Setup()
        setup.limits.answerSize = limit
        return setup
    }

    /// There and back again: 60 members, each with its head, who has 60 members…
    private static func path(_ rounds: Int) -> String { Array(repeating: "members.head", count: rounds).joined(separator: ".") + ".members.id" }

    @Test func relationsThatGoInCirclesDoNotMultiplyWithoutEnd() async throws {
        try await withAPI(Crowd.model, setup: Self.setup) { api in
            let short = try await api.raw("GET /items/crowd/1?fields=\(Self.path(1))", TypeValues.boss)
            #expect(short.status == 200)
            for rounds in 2...4 {
                for request in ["GET /items/crowd/1?", "GET /items/crowd?limit=1&"] {
                    let start = ContinuousClock.now
                    let answer = try await api.raw("\(request)fields=\(Self.path(rounds))", TypeValues.boss)
                    #expect(answer.status == 400)
                    #expect(answer.text == Self.tooLong)
                    #expect(ContinuousClock.now - start < .seconds(5))
                }
            }
        }
    }

    @Test func aWriteStandsThoughItsAnswerWouldBeTooLong() async throws {
        try await withAPI(Crowd.model, setup: Self.setup) { api in
            let answer = try await api.raw("PATCH /items/crowd/1?fields=\(Self.path(3))", TypeValues.boss, #"{"name":"new"}"#)
            #expect(answer.status == 204)
            #expect(try await api.rows("SELECT name FROM crowd WHERE id = 1") == "new")
        }
    }

    /// Few rows, long ones: what is too long to stand in memory comes in pieces where it can.
    @Test(arguments: ["", "&export=json"]) func aListOfLongRowsIsStreamed(_ format: String) async throws {
        try await withAPI(Crowd.model, setup: Self.setup) { api in
            try await api.client.run("UPDATE crowd SET body = repeat('x', 10000)")
            let all = try await api.raw("GET /items/crowd?limit=-1&fields=id,body&sort=id\(format)", TypeValues.boss)
            let rows = try JSONParser.parse(all.text)
            #expect((format.isEmpty ? rows["data"]?.array : rows.array)?.map { $0["id"] } == (1...61).map { .integer($0) })
            #expect(all.text.utf8.count > Self.limit)
            let hundred = try await api.raw("GET /items/crowd?limit=100&fields=id,body", TypeValues.boss)
            #expect(hundred.text == Self.tooLong)
        }
    }
}

import Glibc
import JSONText
import Testing

/// Random models, rows, rights and reads, answered by the API and by a naive evaluator over the rows in memory: both must say the same.
///
/// `ORACLE_CASES` sets how many reads there are (without it 2,000, always the same), `ORACLE_SEED` where the run begins: every failure
/// prints the seed that begins with its model.
@Suite struct OracleTests {
    private static let readsOfAModel = 200

    @Test("answers are those of a naive evaluator over the rows") func answers() async throws {
        let wanted = Self.number("ORACLE_CASES")
        let first = Self.number("ORACLE_SEED") ?? (wanted == nil ? 1 : UInt64.random(in: 0..<1_000_000_000))
        print("oracle: ORACLE_SEED=\(first) ORACLE_CASES=\(wanted ?? 2000)")
        var failures = 0
        var tally = OracleTally()
        for number in 0..<((wanted ?? 2000) + UInt64(Self.readsOfAModel) - 1) / UInt64(Self.readsOfAModel) {
            failures += try await OracleRun(seed: first + number).run(reads: Self.readsOfAModel, tally: &tally)
            if failures >= 5 { break }
        }
        print("oracle: \(tally)")
    }

    private static func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
}

import JSONText
import Testing
import TestSupport

/// What a run has looked at.
struct OracleTally: Sendable, CustomStringConvertible {
    var cases = 0
    var refused = 0
    /// Answers with at least one item.
    var filled = 0

    var description: String { "\(cases) reads, \(refused) of them refused, \(filled) with items" }

    static func += (a: inout OracleTally, b: OracleTally) {
        a.cases += b.cases
        a.refused += b.refused
        a.filled += b.filled
    }
}

/// One made-up model with its reads.
struct OracleRun: Sendable {
    let seed: UInt64

    /// - Returns: how many reads were answered otherwise than by the oracle.
    func run(reads: Int, tally: inout OracleTally) async throws -> Int {
        var random = OracleRandomness(seed: seed)
        let world = OracleWorldMaker.make(&random)
        let rights = try OracleRightsMaker.make(world, &random)
        let queries = random.next()
        let model = TestModel(
            name: "oracle-\(seed)", files: [("oracle.yaml", world.yaml)], rows: world.insertions + "\n" + rights.insertions)
        // Half of the models are read as quick reads are: levels by one statement.
        let setup = TestAPI.Setup(provenAfter: seed.isMultiple(of: 2) ? 0 : .max)
        let (failures, seen) = try await withAPI(model, setup: setup) { api in
            var random = OracleRandomness(seed: queries)
            var failures = 0
            var tally = OracleTally()
            let everything = try await OracleLaws.everything(world, api)
            let callers = try ([OracleRights.administrator] + rights.callers).map { caller in
                let access = try OracleAccess(caller, rights: rights, world: world)
                let laws = OracleLaws(world: world, access: access, api: api, token: caller.token, everything: everything)
                return (caller, OracleReader(world: world, access: access), laws)
            }
            for number in 0..<reads {
                let (caller, reader, laws) = callers[random.below(callers.count)]
                var maker = OracleQueryMaker(world: world, access: reader.access, random: OracleRandomness(seed: random.next()))
                let pageSize = random.percent(5) ? 1 + random.below(6) : nil
                var query = maker.query()
                guard var difference = try await difference(query, reader, laws, pageSize, &tally) else { continue }
                failures += 1
                var scratch = OracleTally()
                while let (smaller, what) = try await smaller(query, reader, laws, pageSize, &scratch) { (query, difference) = (smaller, what) }
                report(difference, number, query, caller, rights, world)
                if failures >= 3 { break }
            }
            return (failures, tally)
        }
        tally += seen
        return failures
    }

    private func smaller(
        _ query: OracleQuery, _ reader: OracleReader, _ laws: OracleLaws, _ pageSize: Int?, _ tally: inout OracleTally
    ) async throws -> (OracleQuery, String)? {
        for smaller in query.smaller {
            if let difference = try await difference(smaller, reader, laws, pageSize, &tally) { return (smaller, difference) }
        }
        return nil
    }

    /// What is wrong with the answer; nil = nothing.
    /// - Parameter pageSize: the query is read by pages, too.
    private func difference(
        _ query: OracleQuery, _ reader: OracleReader, _ laws: OracleLaws, _ pageSize: Int?, _ tally: inout OracleTally
    ) async throws -> String? {
        tally.cases += 1
        let expected = try reader.answer(query)
        let (line, body) = query.request
        let answer = try await laws.api.send(line, as: laws.token, body)
        guard answer.status == expected.status else {
            return "status \(answer.status) instead of \(expected.status): \(answer.body?.text.prefix(600) ?? "")"
        }
        if answer.status != 200 {
            tally.refused += 1
            return nil
        }
        let data = answer.body?["data"]
        if let items = data?.array, !items.isEmpty { tally.filled += 1 }
        let meta = answer.body?["meta"]
        if meta?["total_count"]?.number?.int != expected.total || meta?["filter_count"]?.number?.int != expected.filtered {
            return "meta is \(meta?.text ?? "missing") instead of \(expected.total ?? -1), \(expected.filtered ?? -1)"
        }
        if let difference = expected.data?.difference(from: data) { return difference }
        if !query.isAggregation, query.alias.isEmpty, let stranger = laws.stranger(in: data, of: query.collection) {
            return "\(stranger.text) is no row that the administrator sees"
        }
        guard let pageSize else { return nil }
        return try await laws.pages(of: query, size: pageSize)
    }

    private func report(
        _ difference: String, _ number: Int, _ query: OracleQuery, _ caller: OracleRights.Caller, _ rights: OracleRights, _ world: OracleWorld
    ) {
        let held = (caller.policies ?? []).flatMap { rights.policies[$0] }.map { permission in
            "  \(permission.collection): \(permission.fields?.joined(separator: ",") ?? "*") where \(permission.rule?.text ?? "all")"
        }
        let text = """
            ORACLE_SEED=\(seed), read \(number) as \(caller.token ?? "the public")\(caller.policies == nil ? " (administrator)" : "")
            \(query.description)
            \(difference)
            rights:
            \(held.joined(separator: "\n"))
            """
        Issue.record("\(text)\n\(world.yaml)\n\(world.insertions)")
    }
}

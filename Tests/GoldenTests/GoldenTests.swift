import Glibc
import Testing

/// The recorded answers against the built server. Variables: `GOLDEN_GROUP` chooses groups by name, `GOLDEN_FOLDER` another folder of
/// groups, `GOLDEN_ONLY` cases by globs on their ids, `GOLDEN_UPDATE` says what becomes of the lists of expected failures (`ListUpdate`),
/// `GOLDEN_SPECIFICATIONS` names a folder for the OpenAPI documents of each group's callers.
@Suite struct GoldenTests {
    private static let slots = Slots(2)
    private static let only = Files.environment("GOLDEN_ONLY")?.split(separator: " ").map { Glob(String($0)) } ?? []
    private static let specifications = Files.environment("GOLDEN_SPECIFICATIONS").map(GoldenGroup.absolute)
    private static let update = ListUpdate(Files.environment("GOLDEN_UPDATE"))

    @Test(arguments: GoldenGroup.chosen)
    func answersAsRecorded(group: GoldenGroup) async throws {
        let list = try ExpectedFailures(path: group.listPath)
        if case .wholeGroup(let reason) = list.extent, Self.update == .nothing {
            try await Self.writeSpecifications(of: group)
            return print("golden \(group.name): not run, expected to fail: \(reason)")
        }
        do {
            try judge(try await outcome(of: group), of: group, list: list)
        } catch {
            guard Self.update.mayListWhole(list) else { throw error }
            let reason = (error as? SeedError).map { group.mayQuote ? $0.description : $0.outline } ?? "\(error)"
            let line = Fault(place: "group", kind: "does not run", detail: reason).reason(content: true)
            try Files.write(ExpectedFailures(extent: .wholeGroup(reason: line)).text(order: []), to: group.listPath)
            print("golden \(group.name): not run: \(line)")
        }
    }

    /// The example has no recording; its documents are for a validator.
    @Test(.enabled(if: GoldenTests.specifications != nil)) func documentsOfTheExample() async throws {
        guard let folder = Self.specifications else { return }
        try await Self.onDatabase(running: nil) { url in
            let server = try GoldenServer(schemas: GoldenGroup.absolute("Schemas"), databaseURL: url)
            defer { server.stop() }
            let session = GoldenSession(port: server.port, adminToken: GoldenServer.adminToken)
            try SpecificationFiles(folder: folder, name: "example").writeLimited(from: server, session)
        }
    }

    /// Of a group that is not replayed: its seed goes as far as it is accepted.
    private static func writeSpecifications(of group: GoldenGroup) async throws {
        guard let folder = specifications else { return }
        let seed = try group.seed()
        try await onDatabase(running: group.databaseScript) { url in
            let server = try GoldenServer(group: group, databaseURL: url)
            defer { server.stop() }
            var replay = try GoldenReplay(port: server.port, only: [])
            try? replay.seed(seed)
            try SpecificationFiles(folder: folder, name: group.name).write(from: server, replay.session)
        }
    }

    private func outcome(of group: GoldenGroup) async throws -> Outcome {
        try await Self.onDatabase(running: group.databaseScript) { url in
            let started = monotonicSeconds()
            var outcome = try replay(group, on: url)
            outcome.seconds = monotonicSeconds() - started
            return outcome
        }
    }

    /// On a database of its own, two of them at a time.
    private static func onDatabase<R: Sendable>(running script: String?, _ body: @escaping @Sendable (_ url: String) throws -> R) async throws -> R {
        try await slots.run {
            let database = try await GoldenDatabase.make(running: script)
            do {
                let result = try await onThread { try body(database.url) }
                try await database.remove()
                return result
            } catch {
                try? await database.remove()
                throw error
            }
        }
    }

    private struct Outcome: Sendable {
        let results: [GoldenResult]
        let ids: [String]
        let isDead: Bool
        let log: String
        var seconds = 0.0
    }

    private func replay(_ group: GoldenGroup, on databaseURL: String) throws -> Outcome {
        let server = try GoldenServer(group: group, databaseURL: databaseURL)
        defer { server.stop() }
        var replay = try GoldenReplay(port: server.port, only: Self.only)
        try replay.seed(try group.seed())
        let files = Self.specifications.map { SpecificationFiles(folder: $0, name: group.name) }
        try files?.write(from: server, replay.session)
        let hasLimited = replay.session.callers.count > 2
        replay.run(try group.cases())
        if let files, !hasLimited, !replay.isDead { try files.writeLimited(from: server, replay.session) }
        return Outcome(results: replay.results, ids: replay.results.map(\.id), isDead: replay.isDead, log: replay.isDead ? server.log : "")
    }

    private func judge(_ outcome: Outcome, of group: GoldenGroup, list: ExpectedFailures) throws {
        let verdict = GoldenVerdict(outcome.results, list: list, isWhole: Self.only.isEmpty && !outcome.isDead)
        print(verdict.report(name: group.name, seconds: outcome.seconds))
        if outcome.isDead { Issue.record("\(group.name): the server does not answer any more; its last words:\n\(outcome.log)") }
        if outcome.results.isEmpty { Issue.record("\(group.name): no case was replayed") }
        var list = list
        if Self.update != .nothing, Self.only.isEmpty, !outcome.isDead {
            list = GoldenVerdict.list(from: outcome.results, before: list, mayQuote: group.mayQuote, update: Self.update)
            try Files.replace(group.listPath, with: list.text(order: outcome.ids))
        }
        let left = GoldenVerdict(outcome.results, list: list, isWhole: verdict.isWhole)
        if !left.unexpected.isEmpty {
            Issue.record("\(group.name): \(left.unexpected.count) cases failed that must pass: \(outline(left.unexpected.map(\.id)))")
        }
        if !left.overcome.isEmpty {
            Issue.record("\(group.name): listed as failing, but pass; remove them from \(group.listPath): \(outline(left.overcome))")
        }
        if !left.unknown.isEmpty { Issue.record("\(group.name): listed, but no such case: \(outline(left.unknown))") }
    }

    private func outline(_ ids: [String]) -> String { ids.prefix(20).joined(separator: " · ") + (ids.count > 20 ? " · …" : "") }
}

/// Seconds of a clock that only goes forward.
private func monotonicSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

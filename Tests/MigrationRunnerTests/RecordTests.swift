import Glibc
import MigrationPlanning
import MigrationRunner
import Postgres
import SchemaModel
import TestSupport
import Testing

/// Journal, records in a folder, states.
@Suite struct RecordTests {
    private let model = Model(collection("posts", field("title")))

    @Test func eachPlanIsAFile() async throws {
        try await withHarness { harness in
            let folder = "/tmp/kerege-records-\(getpid())-\(harness.database.name)"
            defer { remove(folder) }
            let runner = harness.runner { $0.recordsFolder = folder }
            try await runner.apply(model.snapshot)
            let more = model.editing { $0.collections[0].fields.append(field("lead")) }
            guard case .applied(let generation, let plan) = try await runner.apply(more.snapshot) else {
                Issue.record("nothing applied")
                return
            }
            let names = files(in: folder).sorted()
            #expect(names.count == 2)
            let name = try #require(names.first { $0.hasSuffix("_add_posts_lead_\(plan.hash.prefix(8)).sql") })
            let stamp = name.prefix { $0 != "_" }
            #expect(stamp.count == 15 && stamp.contains("T"))
            let text = try #require(read("\(folder)/\(name)"))
            let at = try await runner.status().head?.appliedAt ?? ""
            #expect(text == plan.record(generation: generation, appliedAt: at))
            #expect(text.contains("ALTER TABLE \"public\".\"posts\" ADD COLUMN \"lead\" character varying(255);"))
            for name in names { remove("\(folder)/\(name)") }
        }
    }

    @Test func aFolderThatCanNotBeWrittenIsAWarning() async throws {
        try await withHarness { harness in
            let runner = harness.runner { $0.recordsFolder = "/proc/kerege" }
            let outcome = try await runner.apply(model.snapshot)
            #expect(outcome.generation == 1)
            #expect(harness.log.all.contains { if case .recordNotWritten = $0 { true } else { false } })
        }
    }

    @Test func theJournalTellsWhatWasDone() async throws {
        try await withHarness { harness in
            try await harness.apply(model)
            let unique = model.editing { $0.collections[0].fields[1] = field("title").unique }
            try await harness.apply(unique)
            let status = try await harness.runner().status(unique.snapshot)
            #expect(status.entries.map(\.generation) == [2, 1])
            #expect(status.head?.planHash.count == 64 && status.head?.appliedBy == "kerege")
            #expect(status.openSteps == [] && !status.isLiveMoved && status.plan?.isEmpty == true)
            #expect(
                try await harness.sql("SELECT id, phase, state FROM kerege.steps WHERE migration = 2 ORDER BY position") == [
                    ["build_unique:posts.posts_title_unique", "concurrent", "done"], ["add_unique:posts.posts_title_unique", "finish", "done"],
                ])
            #expect(
                try await harness.value(
                    "SELECT up_sql LIKE '%CONCURRENTLY%' AND down_sql LIKE '%DROP CONSTRAINT%' FROM kerege.migrations WHERE id = 2") == "t")
        }
    }

    @Test func aStepThatFailsIsToldAndTriedAgain() async throws {
        try await withHarness { harness in
            try await harness.apply(model)
            let unique = model.editing { $0.collections[0].fields[1] = field("title").unique }
            // Two equal titles slip in between the check and the build.
            let runner = harness.runner {
                $0.probe = { point in
                    if case .afterCommit = point { try await harness.sql("INSERT INTO posts (title) VALUES ('x'), ('x')") }
                }
            }
            guard case .stepFailed(let step, 2, let reason) = await harness.refusal(of: { try await runner.apply(unique.snapshot) }) else {
                Issue.record("did not fail")
                return
            }
            #expect(step == "build_unique:posts.posts_title_unique" && reason.sqlState == .uniqueViolation)
            #expect(try await harness.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0")
            #expect(try await harness.runner().status().openSteps.map(\.state) == [.failed, .pending])
            try await harness.sql("DELETE FROM posts WHERE id = 1")
            #expect(try await harness.runner().apply(unique.snapshot) == .upToDate(generation: 2))
            #expect(try await harness.runner().plan(unique.snapshot).isEmpty)
        }
    }

    private func files(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { !$0.hasPrefix(".") }
    }

    private func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[0..<count], as: UTF8.self)
    }
}

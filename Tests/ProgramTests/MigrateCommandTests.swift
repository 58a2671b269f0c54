import TestSupport
import Testing

/// `kerege migrate`, and what a server says that is refused a migration.
@Suite(.timeLimit(.minutes(5))) struct MigrateCommandTests {
    private static let before = "collection: posts\nfields: { id: integer, title: string, subtitle: string }\n"
    private static let after = "collection: posts\nfields: { id: integer, title: string }\n"

    /// A database that has a column more than the files say.
    private func withPendingDrop(_ body: (KeregeProgram, _ database: String) async throws -> Void) async throws {
        try await withTestDatabase { database in
            let database = "DATABASE_URL=\(try TestPostgres.conninfo(database: database.name))"
            try await withProgram { program in
                try program.write(Self.before, to: "Schemas/posts.yaml")
                let first = try program.run(["migrate", "apply"], [database])
                #expect(first.status == 0, "\(first.errors)")
                try program.write(Self.after, to: "Schemas/posts.yaml")
                try await body(program, database)
            }
        }
    }

    /// The line that begins with the program's name: its arguments.
    private func command(in text: String) throws -> [String] {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  \(BuiltProgram.path) ") }, "\(text)")
        return line.split(separator: " ").dropFirst().map(String.init)
    }

    @Test func aWordCountsOnlyTogetherWithItsPlan() async throws {
        try await withPendingDrop { program, database in
            let plan = try program.run(["migrate", "plan"], [database])
            #expect(plan.status == 0)
            let pasted = try command(in: plan.output)
            #expect(pasted.prefix(5) == ["migrate", "apply", "--allow", "drop_column:posts.subtitle", "--plan"] && pasted.count == 6)

            let alone = try program.run(["migrate", "apply", "--allow", "drop_column:posts.subtitle"], [database])
            #expect(alone.status == 3)
            #expect(alone.errors.contains("nothing was changed: this plan loses data."))
            #expect(alone.errors.contains("--allow counts only together with --plan HASH"))
            #expect(try command(in: alone.errors) == pasted)

            let other = try program.run(["migrate", "apply", "--allow", "drop_column:posts.subtitle", "--plan", "0123456789ab"], [database])
            #expect(other.status == 1)
            #expect(other.errors.contains("--plan 0123456789ab does not name the plan that is needed now"))
            #expect(try command(in: other.errors) == pasted)

            let applied = try program.run(pasted, [database])
            #expect(applied.status == 0, "\(applied.errors)")
            #expect(applied.output.contains("applied as generation 2"))
            #expect(!applied.output.contains("allow") && !applied.output.contains("loses data"))
        }
    }

    @Test func aFolderOfAnotherNameIsInTheCommand() async throws {
        try await withPendingDrop { program, database in
            try Subprocess.run(["mv", "\(program.root)/Schemas", "\(program.root)/my files"])
            let run = try program.run(["migrate", "apply", "--schemas", "my files"], [database])
            #expect(run.status == 3)
            #expect(run.errors.contains("\(BuiltProgram.path) migrate apply --schemas 'my files' --allow drop_column:posts.subtitle --plan "))
        }
    }

    @Test(arguments: ["safe", "off"]) func aRefusedStartSaysWhatHelps(_ mode: String) async throws {
        try await withPendingDrop { program, database in
            let server = try program.serve([database, "MIGRATE=\(mode)"])
            #expect(try await server.wait(for: "never said") == (mode == "safe" ? 3 : 1))
            #expect(
                server.text.contains(
                    mode == "safe"
                        ? "server not started: this plan loses data."
                        : "server not started: with MIGRATE=off it only checks, and the database is not as the files say."))
            #expect(try program.run(try command(in: server.text), [database]).status == 0)
            let second = try program.serve([database, "MIGRATE=\(mode)"])
            #expect(try await second.wait(for: "listening") == nil)
            #expect(second.stop() == 0)
        }
    }

    @Test func aStartThatOnlyChecksNeedsNoWordsForWhatLosesNothing() async throws {
        try await withPendingDrop { program, database in
            try program.write("collection: posts\nfields: { id: integer, title: string, subtitle: string, lead: text }\n", to: "Schemas/posts.yaml")
            let server = try program.serve([database, "MIGRATE=off"])
            #expect(try await server.wait(for: "never said") == 1)
            #expect(try command(in: server.text) == ["migrate", "apply"])
            #expect(!server.text.contains("allow"))
        }
    }

    @Test func aRollbackWarnsOfFilesThatStillSayIt() async throws {
        try await withPendingDrop { program, database in
            try program.write("collection: posts\nfields: { id: integer, title: string, subtitle: string, lead: text }\n", to: "Schemas/posts.yaml")
            #expect(try program.run(["migrate", "apply"], [database]).status == 0)
            let back = try program.run(["migrate", "rollback"], [database])
            #expect(back.status == 0, "\(back.errors)")
            #expect(back.errors.contains("the files in Schemas say something else than the database now, and the next start would apply them again"))
            try program.write("collection: posts\nfields: { id: integer, title: string, subtitle: string, teaser: text }\n", to: "Schemas/posts.yaml")
            #expect(try program.run(["migrate", "apply"], [database]).status == 0)
            try program.write(Self.before, to: "Schemas/posts.yaml")
            let clean = try program.run(["migrate", "rollback"], [database])
            #expect(clean.status == 0 && clean.errors.isEmpty, "\(clean.errors)")
            let nothing = try program.run(["migrate", "rollback"], [database])
            #expect(nothing.status == 1)
            #expect(nothing.errors == "nothing was changed: there is no plan to take back, or only the first\n")
        }
    }

    @Test func rowsWithoutAValueAreToldWithAWayOut() async throws {
        try await withTestDatabase { database in
            let url = try TestPostgres.conninfo(database: database.name)
            try await withProgram { program in
                try program.write(Self.after, to: "Schemas/posts.yaml")
                #expect(try program.run(["migrate", "apply"], ["DATABASE_URL=\(url)"]).status == 0)
                try Subprocess.run(["psql", url, "-qc", "INSERT INTO posts (title) VALUES ('a')"])
                let required = "collection: posts\nfields: { id: integer, title: string, lead: { type: text, required: true } }\n"
                try program.write(required, to: "Schemas/posts.yaml")
                let run = try program.run(["migrate", "apply"], ["DATABASE_URL=\(url)"])
                #expect(run.status == 1)
                #expect(run.errors.contains("nothing was changed: rows are in the way\n  posts.lead: "), "\(run.errors)")
                #expect(run.errors.contains("give the field a `default`"), "\(run.errors)")
            }
        }
    }

    @Test func statusIsThereForMachinesToo() async throws {
        try await withPendingDrop { program, database in
            let run = try program.run(["migrate", "status", "--json"], [database])
            #expect(run.status == 0)
            #expect(run.lines.contains(#"  "generation": 1,"#), "\(run.output)")
            #expect(run.output.contains(#""drop_column:posts.subtitle""#))
        }
    }
}

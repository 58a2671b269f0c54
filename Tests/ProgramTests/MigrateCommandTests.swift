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

    @Test func aChangeOfRightsIsToldInAPlan() async throws {
        try await withTestDatabase { database in
            let database = "DATABASE_URL=\(try TestPostgres.conninfo(database: database.name))"
            try await withProgram { program in
                try program.write(Self.after + "permissions:\n  public:\n    read: { where: { title: { _eq: a } } }\n", to: "Schemas/posts.yaml")
                #expect(try program.run(["migrate", "apply"], [database]).status == 0)
                let unchanged = try program.run(["migrate", "plan"], [database])
                #expect(unchanged.output.contains("nothing to do in the database"), "\(unchanged.output)")
                try program.write(Self.after + "permissions:\n  public:\n    read: all\n", to: "Schemas/posts.yaml")
                let change = #"  read posts of public: where {"title":{"_eq":"a"}} → every row   (Schemas/posts.yaml:5:5)"#
                let plan = try program.run(["migrate", "plan"], [database])
                #expect(plan.lines.contains(change) && !plan.output.contains("nothing to do"), "\(plan.output)")
                let json = try program.run(["migrate", "plan", "--json"], [database])
                #expect(json.output.contains(#""object": "read posts of public""#), "\(json.output)")
                let applied = try program.run(["migrate", "apply"], [database])
                #expect(applied.lines.contains(change) && !applied.output.contains("nothing to do"), "\(applied.output)")
                #expect(applied.output.contains("applied as generation 2"))
            }
        }
    }

    @Test func aRoleThatSomebodyHasStaysWithoutItsWord() async throws {
        try await withTestDatabase { database in
            let url = try TestPostgres.conninfo(database: database.name)
            let database = "DATABASE_URL=\(url)"
            try await withProgram { program in
                try program.write(Self.after, to: "Schemas/posts.yaml")
                try program.write("policies: { clerks: {} }\nroles:\n  clerk: { name: Clerk, policies: [clerks] }\n", to: "Schemas/access.yaml")
                #expect(try program.run(["migrate", "apply"], [database]).status == 0)
                let user = "5a3f8a3c-4a39-4a62-9c9e-0b8f3d1f0a11"
                let insert = "INSERT INTO directus_users (id, role) SELECT '\(user)', id FROM directus_roles WHERE name = 'Clerk'"
                try Subprocess.run(["psql", url, "-v", "ON_ERROR_STOP=1", "-qc", insert])
                try program.write("policies: { clerks: {} }\n", to: "Schemas/access.yaml")

                let plan = try program.run(["migrate", "plan"], [database])
                let pasted = try command(in: plan.output)
                #expect(pasted.prefix(5) == ["migrate", "apply", "--allow", "drop_role:clerk", "--plan"] && pasted.count == 6)
                #expect(plan.lines.contains("  1 user loses the role: \(user)"), "\(plan.output)")

                let refused = try program.run(["migrate", "apply"], [database])
                #expect(refused.status == 3)
                #expect(refused.errors.contains("nothing was changed: this plan loses data."), "\(refused.errors)")
                #expect(try command(in: refused.errors) == pasted)

                let server = try program.serve([database])
                #expect(try await server.wait(for: "never said") == 3)
                #expect(try command(in: server.text) == pasted)

                let applied = try program.run(pasted, [database])
                #expect(applied.status == 0, "\(applied.errors)")
                #expect(applied.lines.contains("  role clerk: removed   (Schemas/access.yaml:3:3)"), "\(applied.output)")
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

import TestSupport
import Testing

/// `kerege admin token`.
@Suite(.timeLimit(.minutes(5))) struct AdminCommandTests {
    /// The status of `GET /users/me` with a token.
    private func status(_ token: String, _ server: RunningServer) throws -> String {
        let bearer = "Bearer \(token.filter { !$0.isNewline })"
        let answer = RawClient.get("/users/me", port: try #require(server.port), headers: [("Authorization", bearer)])
        return "\(answer?.status ?? 0)"
    }

    private func withServer(_ body: (KeregeProgram, RunningServer, _ database: String) async throws -> Void) async throws {
        try await withTestDatabase { database in
            let database = "DATABASE_URL=\(try TestPostgres.conninfo(database: database.name))"
            try await withProgram { program in
                let server = try program.serve([database])
                #expect(try await server.wait(for: "Kerege is at") == nil, "\(server.text)")
                try await body(program, server, database)
                #expect(server.stop() == 0)
            }
        }
    }

    @Test func aNewTokenIsAWayInAgain() async throws {
        try await withServer { program, server, database in
            let old = program.text(of: ".kerege/admin-token")
            #expect(try status(old, server) == "200")
            try Subprocess.run(["rm", "-rf", "\(program.root)/.kerege"])
            let run = try program.run(["admin", "token"], [database])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output == "new token of admin@example.com: in .kerege/admin-token\n")
            let new = program.text(of: ".kerege/admin-token")
            #expect(new != old)
            #expect(try status(new, server) == "200")
            #expect(try status(old, server) == "401")
            #expect(!run.output.contains(new.filter { !$0.isNewline }))
        }
    }

    @Test func aServerThatDoesNotKnowTheTokenSaysHowToGetOne() async throws {
        try await withServer { program, server, database in
            try Subprocess.run(["rm", "-rf", "\(program.root)/.kerege"])
            let second = try program.serve([database])
            #expect(try await second.wait(for: "for a new one: \(BuiltProgram.path) admin token") == nil)
            #expect(second.stop() == 0)
        }
    }

    @Test func whoItIsForMustBeClear() async throws {
        try await withServer { program, _, database in
            let nobody = try program.run(["admin", "token", "--email", "me@example.com"], [database])
            #expect(nobody.status == 1)
            #expect(nobody.errors.contains("no administrator has the address me@example.com; there are:"))
            #expect(nobody.errors.contains("\(BuiltProgram.path) admin token --email admin@example.com"))
            let configured = try program.run(["admin", "token"], [database, "ADMIN_TOKEN=known"])
            #expect(configured.status == 1)
            #expect(configured.errors.contains("ADMIN_TOKEN is configured"))
            // Of another address than the configured one: shown, not kept.
            let before = program.text(of: ".kerege/admin-token")
            let other = try program.run(["admin", "token", "--email", "Admin@Example.com"], [database, "ADMIN_EMAIL=boss@example.com"])
            #expect(other.status == 0, "\(other.errors)")
            #expect(other.output.hasPrefix("new token of admin@example.com (shown this once): "))
            #expect(program.text(of: ".kerege/admin-token") == before)
        }
    }

    @Test func aNewDatabaseHasNobodyYet() async throws {
        try await withTestDatabase { database in
            let database = "DATABASE_URL=\(try TestPostgres.conninfo(database: database.name))"
            try await withProgram { program in
                let run = try program.run(["admin", "token"], [database])
                #expect(run.status == 1)
                #expect(run.errors.contains("the database is new"))
            }
        }
    }
}

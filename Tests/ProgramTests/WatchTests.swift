import JSONText
import TestSupport
import Testing

/// `kerege serve --watch`, when what is saved can't be applied.
@Suite(.timeLimit(.minutes(5))) struct WatchTests {
    private static let good = "collection: posts\nfields: { id: integer, title: string, subtitle: string }\n"

    private func withWatcher(_ style: String, _ body: (KeregeProgram, RunningServer) async throws -> Void) async throws {
        try await withTestDatabase { database in
            let database = "DATABASE_URL=\(try TestPostgres.conninfo(database: database.name))"
            try await withProgram { program in
                try program.write(Self.good, to: "Schemas/posts.yaml")
                let server = try program.serve([database, "LOG_STYLE=\(style)"], ["--watch"])
                #expect(try await server.wait(for: "Kerege is at") == nil, "\(server.text)")
                try await body(program, server)
                #expect(server.stop() == 0)
            }
        }
    }

    private func line(_ message: String, in server: RunningServer) throws -> JSONValue {
        let line = try #require(server.text.split(separator: "\n").first { $0.contains(#""message":"\#(message)""#) }, "\(server.text)")
        return try JSONParser.parse(String(line))
    }

    @Test func mistakesAreLinesOfTheLog() async throws {
        try await withWatcher("raw") { program, server in
            try program.write("collection: posts\nfields: { id: integer, title: strin }\n", to: "Schemas/posts.yaml")
            #expect(try await server.wait(for: "schema not applied") == nil)
            let mistake = try line("mistake in the schema files", in: server)
            #expect(mistake["level"]?.string == "error")
            #expect(mistake["path"]?.string == "Schemas/posts.yaml")
            #expect(mistake["line"] == 2 && mistake["column"] == 31)
            #expect(mistake["reason"]?.string?.contains("did you mean `string`?") == true)
            #expect(try line("schema not applied", in: server)["mistakes"] == 1)
            #expect(!server.text.contains("Schemas/posts.yaml:2:31: error"))
        }
    }

    @Test func aPlanThatLosesDataIsALineWithItsCommand() async throws {
        try await withWatcher("raw") { program, server in
            try program.write("collection: posts\nfields: { id: integer, title: string }\n", to: "Schemas/posts.yaml")
            #expect(try await server.wait(for: "schema not applied") == nil)
            let line = try line("schema not applied", in: server)
            #expect(line["reason"]?.string == "MIGRATION_DESTRUCTIVE drop_column:posts.subtitle")
            #expect(line["command"]?.string?.contains(" migrate apply --allow drop_column:posts.subtitle --plan ") == true)
        }
    }

    @Test func aRoleThatSomebodyHasIsALineWithItsCommand() async throws {
        try await withTestDatabase { database in
            let url = try TestPostgres.conninfo(database: database.name)
            try await withProgram { program in
                try program.write(Self.good, to: "Schemas/posts.yaml")
                try program.write("policies: { clerks: {} }\nroles:\n  clerk: { name: Clerk, policies: [clerks] }\n", to: "Schemas/access.yaml")
                let server = try program.serve(["DATABASE_URL=\(url)", "LOG_STYLE=raw"], ["--watch"])
                #expect(try await server.wait(for: "Kerege is at") == nil, "\(server.text)")
                let user = "5a3f8a3c-4a39-4a62-9c9e-0b8f3d1f0a11"
                let insert = "INSERT INTO directus_users (id, role) SELECT '\(user)', id FROM directus_roles WHERE name = 'Clerk'"
                try Subprocess.run(["psql", url, "-v", "ON_ERROR_STOP=1", "-qc", insert])
                try program.write("policies: { clerks: {} }\n", to: "Schemas/access.yaml")
                #expect(try await server.wait(for: "schema not applied") == nil)
                let line = try line("schema not applied", in: server)
                #expect(line["reason"]?.string == "MIGRATION_DESTRUCTIVE drop_role:clerk")
                #expect(line["command"]?.string?.contains(" migrate apply --allow drop_role:clerk --plan ") == true)
                #expect(!server.text.contains(user))
                #expect(server.stop() == 0)
            }
        }
    }

    @Test func aPersonReadsThemWholeBesides() async throws {
        try await withWatcher("pretty") { program, server in
            try program.write("collection: posts\nfields: { id: integer, title: strin }\n", to: "Schemas/posts.yaml")
            #expect(try await server.wait(for: "mistake(s) in the schema files") == nil)
            #expect(server.text.contains("Schemas/posts.yaml:2:31: error: "))
            #expect(server.text.contains("mistake in the schema files"))
            try program.write("collection: posts\nfields: { id: integer, title: string }\n", to: "Schemas/posts.yaml")
            #expect(try await server.wait(for: "Else put back") == nil)
            #expect(server.text.contains("not applied, the schema before stays in force: this plan loses data."))
        }
    }
}

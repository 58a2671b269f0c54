import Testing

/// `kerege config`.
@Suite struct ConfigTests {
    @Test func showsWhatIsInForceWhereNothingIsGiven() async throws {
        try await withProgram { program in
            let run = try program.run(["config"])
            #expect(run.status == 0, "\(run.errors)")
            for line in [
                "HOST=0.0.0.0", "PORT=8055", "DATABASE_URL=[the embedded PostgreSQL of .kerege]", "ADMIN_EMAIL=admin@example.com",
                "ADMIN_TOKEN=[generated, and kept in .kerege/admin-token]", "SECRET=[generated, and kept in .kerege/secret]",
                "QUERY_LIMIT_MAX=[none]", "METRICS_TOKENS=[none]", "CORS_ENABLED=false", "CORS_ORIGIN=false", "CORS_METHODS=GET,POST,PATCH,DELETE",
                "CORS_ALLOWED_HEADERS=Content-Type,Authorization", "CORS_EXPOSED_HEADERS=Content-Range", "CORS_CREDENTIALS=true",
                "CORS_MAX_AGE=18000",
            ] { #expect(run.lines.contains(line), "\(line) is not in \(run.output)") }
        }
    }

    struct Address: CustomTestStringConvertible {
        let given: String
        let shown: String
        var testDescription: String { given }
    }

    @Test(arguments: [
        Address(
            given: "postgresql://site:s3cr3t%40@db.example.com:5433/site?sslmode=verify-full",
            shown: "user=site password=[redacted] dbname=site host=db.example.com port=5433 sslmode=verify-full"),
        Address(given: "postgres://site@/site?host=/run/postgresql", shown: "user=site dbname=site host=/run/postgresql"),
        Address(given: "host=localhost dbname='my site' password='s3cr3t x'", shown: "password=[redacted] dbname='my site' host=localhost"),
        Address(given: "site", shown: "dbname=site"),
    ]) func showsTheDatabaseWithoutItsPassword(_ address: Address) async throws {
        try await withProgram { program in
            let run = try program.run(["config"], ["DATABASE_URL=\(address.given)"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.lines.contains("DATABASE_URL=\(address.shown)"), "\(run.output)")
            #expect(!run.output.contains("s3cr3t"))
        }
    }

    @Test(arguments: [
        Address(given: "mysql://site:s3cr3t@localhost/site", shown: "begins with mysql://, and only PostgreSQL can be used"),
        Address(given: "localhost:5432/site", shown: "is neither a URL nor a list of keywords"),
        Address(given: "postgresql://site:s3cr3t@localhost:port/site", shown: "has a port that is no number from 1 to 65535"),
        Address(given: "postgresql://site:s3cr3t@localhost:70000/site", shown: "has a port that is no number from 1 to 65535"),
        Address(given: "postgresql://site:s3cr3t@[::1/site", shown: "can't be read"),
        Address(given: "postgresql://localhost/site?sslmod=require", shown: "has a keyword that libpq does not know: did you mean sslmode?"),
        Address(given: "host=localhost password=one s3cr3t", shown: "can't be read"),
        Address(given: "host=localhost password=one s3cr3t=two", shown: "has a keyword that libpq does not know: postgresql://"),
        Address(given: "host=localhost sslmode=yes", shown: "has a sslmode that is none of disable, allow,"),
    ]) func saysWhyADatabaseCannotBeUsed(_ address: Address) async throws {
        try await withProgram { program in
            for name in ["DATABASE_URL", "MIGRATION_DATABASE_URL", "DB_CONNECTION_STRING"] {
                let run = try program.run(["config"], ["\(name)=\(address.given)"])
                #expect(run.status == 1)
                #expect(run.errors.contains("  - \(name) \(address.shown)"), "\(run.errors)")
                #expect(run.lines.contains("\(name)=[redacted]"))
                #expect(!(run.output + run.errors).contains("s3cr3t"))
            }
        }
    }

    /// Not an error: another version, or a schema file, may know it.
    @Test func warnsOfVariablesThatDoNothing() async throws {
        try await withProgram { program in
            let given = ["KEREGE_LOPS=2", "KEREGE_XYZZY=1", "KEREGE_STATE_FILE=state", "KEREGE_LOOPS=1", "LOOPS=3"]
            try program.write("here", to: "state")
            let run = try program.run(["config"], given)
            #expect(run.status == 0)
            #expect(
                run.errors
                    == """
                    warning: KEREGE_LOPS is no variable that is known; did you mean KEREGE_LOOPS?
                    warning: KEREGE_XYZZY is no variable that is known

                    """)
            let server = try program.serve(["DATABASE_URL=host=\(program.root) dbname=nothing"] + given)
            #expect(try await server.wait(for: "the database is not available") == nil)
            #expect(server.text.contains("\"reason\":\"KEREGE_LOPS is no variable that is known; did you mean KEREGE_LOOPS?\""))
            #expect(server.stop() == 0)
        }
    }

    @Test func takesThePrefixesThatSayTheType() async throws {
        try await withProgram { program in
            try program.write("json:1\n", to: "port")
            let run = try program.run(
                ["config"],
                [
                    "PORT_FILE=port", "HOST=string:127.0.0.1", "QUERY_LIMIT_DEFAULT=number:8123", "METRICS_ENABLED=boolean:TRUE",
                    "METRICS_SERVICES=array:database,storage", #"FILES_MIME_TYPE_ALLOW_LIST=json:["image/*","text/plain"]"#,
                    "PUBLIC_URL=https://cms.example.com",
                ])
            #expect(run.status == 0, "\(run.errors)")
            for line in [
                "PORT=1", "HOST=127.0.0.1", "QUERY_LIMIT_DEFAULT=8123", "METRICS_ENABLED=true", "METRICS_SERVICES=database,storage",
                "FILES_MIME_TYPE_ALLOW_LIST=image/*,text/plain", "PUBLIC_URL=https://cms.example.com",
            ] { #expect(run.lines.contains(line), "\(line) is not in \(run.output)") }
        }
    }

    @Test(arguments: ["https://a.example.com/", "a.example.com", "https://a.example.com,null", "https://a.example.com,*", ""])
    func saysWhatIsNoOrigin(_ given: String) async throws {
        try await withProgram { program in
            let run = try program.run(["config"], ["CORS_ENABLED=true", "CORS_ORIGIN=\(given)"])
            #expect(run.status == 1)
            #expect(run.errors.contains("  - CORS_ORIGIN=\(given) has to be true, false, *, or origins such as"), "\(run.errors)")
        }
    }

    @Test func reportsAllProblemsTogether() async throws {
        try await withProgram { program in
            try program.write("LOG_LEVEL=loud\nADMIN_PASSWORD=s3cr3t\n", to: ".env")
            let given = [
                "PORT=number:many", "HOST=json:{", "MIGRATE=regex:^off$", "ADMIN_EMAIL=me", "ADMIN_TOKEN=", "SECRET_FILE=nowhere",
                "DB_USER=site", "DB_CLIENT=mysql", "METRICS_ENABLED=boolean:perhaps", "FILES_MIME_TYPE_ALLOW_LIST=json:[[1]]", "MAX_PAYLOAD_SIZE=big",
            ]
            let run = try program.run(["config"], given)
            #expect(run.status == 1)
            let problems = run.errors.split(separator: "\n").map(String.init)
            #expect(problems.first == "the configuration has 12 problem(s):", "\(run.errors)")
            for problem in [
                "PORT says `number:`, and no number follows", "HOST says `json:`, and no JSON follows",
                "MIGRATE says `regex:`, and no variable here takes a pattern", "ADMIN_EMAIL=me has to be a mail address",
                "ADMIN_TOKEN is given, but empty", #"SECRET_FILE names "nowhere", which can't be read"#, "DB_USER counts only together with DB_HOST",
                "DB_CLIENT=mysql is not supported: only pg is", "METRICS_ENABLED says `boolean:`, and neither true nor false follows",
                "FILES_MIME_TYPE_ALLOW_LIST says `json:`, and neither a value nor a list of values follows",
                "MAX_PAYLOAD_SIZE=big has to be a size such as 512kb, 1mb or 1048576",
                "LOG_LEVEL=loud has to be one of trace, debug, info, notice, warn, error, silent",
            ] { #expect(problems.contains("  - \(problem)"), "\(problem) is not in \(run.errors)") }
            #expect(run.lines.contains("ADMIN_PASSWORD=[redacted]"))
            #expect(!run.output.contains("s3cr3t"))
            let missing = try program.run(["config"], ["CONFIG_PATH=elsewhere.env"])
            #expect(missing.errors.contains(#"CONFIG_PATH names "elsewhere.env", which can't be read"#))
        }
    }
}

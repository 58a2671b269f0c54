import JSONText
import TestSupport
import Testing

/// `kerege explain`: how a read is answered, for people and for machines.
@Suite(.timeLimit(.minutes(3))) struct ExplainCommandTests {
    private static let schema = """
        collection: ships
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
          berth: string
          secret: string
        permissions:
          public:
            read: { fields: [id, name, berth], where: { berth: { _eq: open } } }
        """

    private static let rows = """
        INSERT INTO ships (name, berth) SELECT 'ship ' || n, CASE WHEN n <= 5 THEN 'open' ELSE 'shut' END FROM generate_series(1, 3000) AS n;
        INSERT INTO directus_access (id, policy, sort) VALUES (gen_random_uuid(), 'abf8a154-5b1c-4a46-ac9c-7300570f4f17', 1);
        ANALYZE ships
        """

    private static func withShips(_ body: (_ explain: ([String]) throws -> KeregeProgram.Run) throws -> Void) async throws {
        try await withTestDatabase { database in
            try await withProgram { program in
                let conninfo = try TestPostgres.conninfo(database: database.name)
                let environment = ["DATABASE_URL=\(conninfo)", "LOG_LEVEL=silent"]
                try program.write(schema, to: "Schemas/ships.yaml")
                let early = try program.run(["explain", "/items/ships"], environment)
                #expect(early.status == 1)
                #expect(early.errors == "kerege: the database is new: no migration has been applied\n")
                let applied = try program.run(["migrate", "apply"], environment)
                #expect(applied.status == 0, "\(applied.errors)")
                try Subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", rows])
                try body { try program.run(["explain"] + $0, environment) }
            }
        }
    }

    @Test func `rules with their places, SQL, plan and advice are printed`() async throws {
        try await Self.withShips { explain in
            let run = try explain(["GET /items/ships?fields=*&sort=name", "--as", "public"])
            #expect(run.status == 0, "\(run.errors)")
            let text = run.output
            for line in [
                "GET /items/ships?fields=*&sort=name\nas the public\n", "policies\n  Public  of everybody\n", "  fields      id, name, berth\n",
                "  left out    secret (may not be read)\n", "  rows        where berth _eq \"open\"\n",
                "  rules       Public: read id, name, berth\n", "where {\"berth\":{\"_eq\":\"open\"}}; Schemas/ships.yaml:9\n",
                "  values      $1 text = open\n", "Seq Scan on ships  5 rows, 2,995 thrown away, ",
                "  advice      2,995 of 3,000 rows of ships were read to be thrown away\n",
                "an index would help; in Schemas/ships.yaml, under `indexes:`\n", "                - [berth, name]",
            ] {
                #expect(text.contains(line), "\(line)\n\(text)")
            }
            let plain = try explain(["/items/ships?filter[berth][_eq]=open", "--as", "public", "--no-analyze"])
            #expect(plain.status == 0)
            #expect(plain.output.contains("  PostgreSQL  not run: only planned\n"))
            #expect(!plain.output.contains("thrown away"))
        }
    }

    @Test func `the same comes as JSON, and refusals are explained`() async throws {
        try await Self.withShips { explain in
            let run = try explain(["/items/ships/7", "--as", "public", "--json"])
            let data = try JSONParser.parse(run.output)
            #expect(data["request"] == "GET /items/ships/7")
            #expect(data["answer"]?["statement"]?["rows"] == 0)
            #expect(data["notes"]?.array?.count == 1)
            let refused = try explain(["/items/ships?fields=secret", "--as", "public"])
            #expect(refused.status == 0)
            #expect(refused.output.contains("refused: FORBIDDEN\n"))
            #expect(refused.output.contains("no policy at all does; administrators alone may read it"))
        }
    }

    @Test func `what means nothing is misuse`() async throws {
        try await withProgram { program in
            for (words, message) in [
                (["explain"], "explain 'GET /items/…' [--as WHO]"),
                (["explain", "POST /items/ships"], "only reads are explained (GET, SEARCH), and POST is none"),
                (["explain", "/items/ships", "more"], "explain takes one request, in quotes; \"more\" is a second one"),
                (["explain", "/items/ships", "--timeout", "0"], "--timeout takes seconds, from 1 to 3600"),
                (["explain", "/items/ships", "--ass", "public"], "there is no option \"--ass\"; did you mean \"--as\"?"),
            ] {
                let run = try program.run(words)
                #expect(run.status == 2, "\(words)")
                #expect(run.errors.hasPrefix("kerege: \(message)\n"), "\(run.errors)")
            }
        }
    }
}

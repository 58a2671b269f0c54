import TestSupport
import Testing

/// `kerege access check`: rights in the database against the schema in the files.
@Suite(.timeLimit(.minutes(3))) struct AccessCheckTests {
    private static let schema = """
        collection: ships
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
          berth: string
        permissions:
          public:
            read: { fields: [name, berth], where: { berth: { _eq: open } } }
            create: { fields: [name], preset: { name: new } }
        """

    /// Output, then errors.
    private static func run(_ arguments: [String], in program: KeregeProgram, _ conninfo: String) throws -> (status: Int32, lines: [String]) {
        let run = try program.run(arguments, ["DATABASE_URL=\(conninfo)", "LOG_LEVEL=silent"])
        return (run.status, run.lines + run.errors.split(separator: "\n").map(String.init))
    }

    private static func withDatabase(_ body: (_ program: KeregeProgram, _ conninfo: String) async throws -> Void) async throws {
        try await withTestDatabase { database in
            try await withProgram { program in
                try program.write(Self.schema, to: "Schemas/ships.yaml")
                try await body(program, try TestPostgres.conninfo(database: database.name))
            }
        }
    }

    @Test func `what names something that is not there is told with its place`() async throws {
        try await Self.withDatabase { program, conninfo in
            let early = try Self.run(["access", "check"], in: program, conninfo)
            #expect(early.status == 1)
            #expect(early.lines == ["the database has no rights yet: no migration has been applied"])

            let applied = try Self.run(["migrate", "apply"], in: program, conninfo)
            #expect(applied.status == 0, "\(applied.lines)")
            let good = try Self.run(["access", "check", "--schemas", "Schemas"], in: program, conninfo)
            #expect(good.status == 0)
            #expect(good.lines == ["2 permissions, no problems"])

            try Subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", Self.more])
            // A schema that is not applied yet, in which `berth` is gone, with the permission that named it.
            let next = Self.schema.replacing("  berth: string\n", with: "").replacing(", berth], where: { berth: { _eq: open } }", with: "]")
            try program.write(next, to: "Schemas/ships.yaml")
            let bad = try Self.run(["access", "check"], in: program, conninfo)
            #expect(bad.status == 1)
            let policy = "policy abf8a154-5b1c-4a46-ac9c-7300570f4f17"
            let read = "Schemas/ships.yaml:8:5: permission 1 (read ships, \(policy)): "
            #expect(
                bad.lines == [
                    read + #"The item rule is false for every row: "berth" does not exist"#, read + #""fields": "berth" does not exist"#,
                    #"permission 901 (read galleys, \#(policy)): The collection "galleys" does not exist"#,
                    #"permission 902 (update ships, \#(policy)): The item rule is false for every row: "$BOGUS" is no variable"#,
                    #"permission 902 (update ships, \#(policy)): The validation can't be satisfied: "_raw" is no operator"#,
                    #"permission 903: "fly" is no action"#, "6 problem(s) in 4 permissions",
                ])
        }
    }

    private static let more = """
        INSERT INTO directus_permissions (id, policy, collection, action, fields, permissions, validation) VALUES
          (901, 'abf8a154-5b1c-4a46-ac9c-7300570f4f17', 'galleys', 'read', '*', NULL, NULL),
          (902, 'abf8a154-5b1c-4a46-ac9c-7300570f4f17', 'ships', 'update', '*', '{"name":{"_eq":"$BOGUS"}}', '{"name":{"_raw":1}}'),
          (903, 'abf8a154-5b1c-4a46-ac9c-7300570f4f17', 'ships', 'fly', '*', NULL, NULL)
        """

    @Test func `mistakes in the files are told first, and words that mean nothing are misuse`() async throws {
        try await Self.withDatabase { program, conninfo in
            try program.write(Self.schema.replacing("[name, berth]", with: "[name, gone]"), to: "Schemas/ships.yaml")
            let mistaken = try Self.run(["access", "check"], in: program, conninfo)
            #expect(mistaken.status == 1)
            #expect(mistaken.lines.last == "1 mistake(s) in the schema files")
            #expect(mistaken.lines.first?.hasPrefix("Schemas/ships.yaml:8:") == true, "\(mistaken.lines)")
            for words in [["access"], ["access", "chekc"], ["access", "check", "--all"]] {
                let run = try Self.run(words, in: program, conninfo)
                #expect(run.status == 2, "\(words)")
            }
        }
    }
}

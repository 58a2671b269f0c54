import TestSupport
import Testing

/// `kerege import directus`: what somebody has written is not lost to it.
@Suite(.timeLimit(.minutes(5))) struct ImportCommandTests {
    private static let snapshot = """
        version: 1
        directus: 11.17.4
        vendor: postgres
        collections:
          - { collection: notes, meta: { collection: notes }, schema: { name: notes } }
        fields:
          - { collection: notes, field: id, type: integer, meta: null, schema: { name: id, table: notes, data_type: integer, is_nullable: false, is_unique: true, is_primary_key: true, has_auto_increment: true } }
          - { collection: notes, field: text, type: string, meta: null, schema: { name: text, table: notes, data_type: character varying, max_length: 255, is_nullable: true } }
        relations: []
        """

    @Test func filesThatSaySomethingElseStay() async throws {
        try await withProgram { program in
            try program.write(Self.snapshot, to: "snapshot.yaml")
            let first = try program.run(["import", "directus", "snapshot.yaml", "--schemas", "imported"])
            #expect(first.status == 0, "\(first.errors)")
            let written = program.text(of: "imported/notes.yaml")
            #expect(written.contains("collection: notes"))
            #expect(try program.run(["import", "directus", "snapshot.yaml", "--schemas", "imported"]).status == 0)

            let own = written + "\nnote: ours\n"
            try program.write(own, to: "imported/notes.yaml")
            let refused = try program.run(["import", "directus", "snapshot.yaml", "--schemas", "imported"])
            #expect(refused.status == 1)
            #expect(refused.errors.contains("imported/notes.yaml: stands there already, and says something else"))
            #expect(program.text(of: "imported/notes.yaml") == own)

            #expect(try program.run(["import", "directus", "snapshot.yaml", "--schemas", "imported", "--replace"]).status == 0)
            #expect(program.text(of: "imported/notes.yaml") == written)
        }
    }

    /// The plan is refused: a field of the table would go.
    @Test func aTemplateWhosePlanIsRefusedWritesNoFiles() async throws {
        try await withTestDatabase { database in
            let address = "DATABASE_URL=\(try TestPostgres.conninfo(database: database.name))"
            try await withProgram { program in
                let own = "collection: notes\nfields: { id: { type: integer, auto_increment: true, primary: true }, kept: string }\n"
                try program.write(own, to: "Schemas/own.yaml")
                let applied = try program.run(["migrate", "apply"], [address])
                #expect(applied.status == 0, "\(applied.errors)")
                try Subprocess.run(["mkdir", "-p", "\(program.root)/template/schema", "\(program.root)/other"])
                try program.write(Self.snapshot, to: "template/schema/snapshot.json")
                let refused = try program.run(["import", "directus", "template", "--schemas", "other"], [address])
                #expect(refused.status != 0)
                #expect(refused.errors.contains("drop_column:notes.kept"), "\(refused.errors)")
                let left = try program.run(["import", "directus", "template", "--schemas", "other", "--schema-only"])
                #expect(left.output.contains("2 files written") || left.output.contains("1 files written"), "nothing was there: \(left.output)")
            }
        }
    }
}

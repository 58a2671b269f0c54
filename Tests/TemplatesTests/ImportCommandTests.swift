import Glibc
import JSONText
import SchemaEditor
import SchemaModel
import TestSupport
import Testing

/// The program itself, on a folder.
@Suite struct ImportCommandTests {
    /// Writes the choir's template, with other files in place of some.
    private static func template(in root: String, _ change: [String: String] = [:]) throws -> String {
        let source = "\(root)/choir/src"
        try Subprocess.run(["mkdir", "-p", "\(source)/schema", "\(source)/content", "\(source)/assets"])
        var files = Dictionary(uniqueKeysWithValues: Choir.files.map { ($0.name, $0.text) })
        files["schema/snapshot.json"] = DirectusSnapshot.json(of: try Choir.schema()).text
        for (name, text) in TemplateServer.assets { files["assets/\(name)"] = text }
        for (name, text) in change { files[name] = text }
        for (name, text) in files { try write(text, to: "\(source)/\(name)") }
        return "\(root)/choir"
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "we"))
        fputs(text, file)
        fclose(file)
    }

    struct Run {
        let isDone: Bool
        let output: [String]
    }

    private static func run(_ arguments: [String], in root: String, database: String) -> Run {
        let log = "\(root)/output-\(arguments.count)-\(UInt32.random(in: 0...UInt32.max))"
        let environment = [
            "env", "DATABASE_URL=\(database)", "ADMIN_PASSWORD=d1r3ctu5", "ADMIN_TOKEN=admin-token", "LOG_LEVEL=silent", "TZ=UTC",
        ]
        let shell = ["sh", "-c", #"cd "$0" && exec "$@""#, root]
        do {
            try Subprocess.run(shell + environment + [BuiltProgram.path, "import", "directus"] + arguments, log: log)
            return Run(isDone: true, output: lines(of: log))
        } catch {
            return Run(isDone: false, output: lines(of: log))
        }
    }

    private static func lines(of path: String) -> [String] { Subprocess.text(of: path).split(separator: "\n").map(String.init) }

    @Test func bringsATemplateIntoAFreshDatabaseOnce() async throws {
        try await withTestDatabase { database in
            try await withTemporaryFolder { root in
                let url = try TestPostgres.conninfo(database: database.name)
                let template = try Self.template(in: root)
                let first = Self.run([template, "--schemas", "Schemas"], in: root, database: url)
                #expect(first.isDone, "\(first.output)")
                #expect(first.output.contains("39 of 41 rows written"), "\(first.output)")
                #expect(first.output.first == "11 files written to Schemas")
                #expect(Subprocess.text(of: "\(root)/uploads/\(Choir.key("5", 1)).txt") == "la la la")
                let second = Self.run([template, "--schemas", "Schemas"], in: root, database: url)
                #expect(second.isDone, "\(second.output)")
                #expect(second.output.contains("nothing to do: all 41 rows are there already, or left out"), "\(second.output)")
                #expect(second.output.first == "0 files written to Schemas, 11 said the same already")
            }
        }
    }

    @Test func writesTheSchemaAloneWhereThatIsAskedFor() async throws {
        try await withTemporaryFolder { root in
            let template = try Self.template(in: root)
            let run = Self.run(["\(template)/src", "--schemas", "Schemas", "--schema-only"], in: root, database: "host=/nonexistent")
            #expect(run.isDone, "\(run.output)")
            #expect(Subprocess.names(in: "\(root)/Schemas").contains("songs.yaml"))
        }
    }

    @Test func writesNothingWhereSomethingIsWrong() async throws {
        try await withTemporaryFolder { root in
            let template = try Self.template(in: root, ["content/labels.json": "[\n  {\"id\": 1,}\n]", "roles.json": "7"])
            let run = Self.run([template, "--schemas", "Schemas"], in: root, database: "host=/nonexistent")
            #expect(!run.isDone)
            #expect(
                run.output == [
                    "\(template)/src/roles.json:1:1: error: expected a list of rows [not-a-list]",
                    "\(template)/src/content/labels.json:2:12: error: Unexpected character '}' in JSON at position 13 [json-syntax]",
                ])
            #expect(Subprocess.names(in: "\(root)/Schemas").isEmpty)
        }
    }

    @Test func refusesAFolderWithoutASnapshot() async throws {
        try await withTemporaryFolder { root in
            let run = Self.run([root], in: root, database: "host=/nonexistent")
            #expect(!run.isDone)
            #expect(
                run.output == [
                    "\(root):1:1: error: the folder is no template: it has no schema/snapshot.json, nor src/schema/snapshot.json [missing-file]"
                ])
        }
    }

    @Test func followsNoLinksOutOfTheFolder() async throws {
        try await withTestDatabase { database in
            try await withTemporaryFolder { root in
                let template = try Self.template(in: root)
                try Self.write("secret", to: "\(root)/secret")
                let asset = "\(template)/src/assets/\(Choir.key("5", 1)).txt"
                #expect(unlink(asset) == 0 && symlink("\(root)/secret", asset) == 0)
                let run = Self.run([template, "--schemas", "Schemas"], in: root, database: try TestPostgres.conninfo(database: database.name))
                #expect(run.isDone, "\(run.output)")
                #expect(Subprocess.names(in: "\(root)/uploads").isEmpty)
                #expect(run.output.contains { $0.hasSuffix("the template has no bytes for 2 of 2 files: their rows alone are written") })
            }
        }
    }
}

import JSONText
import SchemaCompiler
import SchemaEditor
import SchemaModel

/// `kerege import directus SNAPSHOT [--schemas DIR]`.
struct ImportCommand {
    private let source: String
    private let folder: String

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["schemas"])
        guard options.rest.count == 2, options.rest[0] == "directus" else { throw UsageProblem("import directus SNAPSHOT [--schemas DIR]") }
        source = options.rest[1]
        folder = options["schemas"] ?? "Schemas"
    }

    func run() throws -> Int32 {
        guard let text = FileText.read(source) else { throw FileProblem(path: source, code: 2) }
        do {
            let imported = try SnapshotImport.files(from: text, file: source)
            let errors = imported.diagnostics.filter { $0.severity == .error }
            if !errors.isEmpty {
                for diagnostic in errors { Terminal.error(diagnostic.description) }
                return 1
            }
            try FileText.makeFolder(folder)
            for file in imported.files {
                let path = "\(folder)/\(file.path)"
                if let slash = path.lastIndex(of: "/") { try FileText.makeFolder(String(path[..<slash])) }
                try FileText.write(file.text, to: path)
            }
            var schema = ByteWriter(capacity: 65_536)
            schema.appendPretty(SchemaLanguage.jsonSchema())
            try FileText.write(schema.finish().string, to: "\(folder)/\(SchemaPrinter.schemaFile)")
            for note in imported.report.lines { Terminal.print("note: \(note)") }
            Terminal.print("\(imported.files.count) files written to \(folder)")
            return 0
        } catch let error as SnapshotError {
            for diagnostic in error.diagnostics { Terminal.error(diagnostic.description) }
            return 1
        }
    }
}

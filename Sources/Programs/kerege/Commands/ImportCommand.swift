import EventLoops
import JSONText
import SchemaCompiler
import SchemaEditor
import SchemaModel
import Telemetry
import Templates

/// `kerege import directus SNAPSHOT|FOLDER [--schemas DIR] [--schema-only] [--replace]`.
///
/// - A snapshot becomes schema files. A template's folder becomes schema files, tables and rows.
/// - Files that say something else stay, and nothing is done, unless they may be replaced.
struct ImportCommand {
    private let source: String
    private let folder: String
    private let isSchemaOnly: Bool
    private let mayReplace: Bool

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["schemas"], flags: ["schema-only", "replace"])
        guard options.rest.count == 2, options.rest[0] == "directus" else {
            throw UsageProblem("import directus SNAPSHOT or FOLDER [--schemas DIR] [--schema-only] [--replace]")
        }
        source = options.rest[1]
        folder = options["schemas"] ?? SchemaFolder.standard
        isSchemaOnly = options.has("schema-only")
        mayReplace = options.has("replace")
    }

    func run() throws -> Int32 {
        do {
            if FileText.isFolder(source) { return try importFolder(try TemplateFolder(source)) }
            let imported = try read(source)
            try refuseReplacing(imported)
            try writeSchema(imported)
            return 0
        } catch let error as SnapshotError {
            for diagnostic in error.diagnostics { Terminal.error(diagnostic.description) }
        } catch let error as TemplateProblems {
            for diagnostic in error.diagnostics { Terminal.error(diagnostic.description) }
        } catch let problems as SchemaProblems {
            Terminal.error(problems.description)
        }
        return 1
    }

    // MARK: Schema

    /// - Throws: `FileProblem`, `SnapshotError`, `SchemaProblems` for what the language of schemas does not allow.
    private func read(_ path: String) throws -> SnapshotImport {
        guard let text = FileText.read(path) else { throw FileProblem(path: path, code: 2) }
        let imported = try SnapshotImport.files(from: text, file: path)
        let errors = imported.diagnostics.filter { $0.severity == .error }
        if !errors.isEmpty { throw SchemaProblems(diagnostics: errors) }
        return imported
    }

    /// What somebody has written is not lost to an import.
    private func refuseReplacing(_ imported: SnapshotImport) throws {
        if mayReplace { return }
        let taken = imported.files.filter { file in FileText.read("\(folder)/\(file.path)").map { $0 != file.text } ?? false }
        if taken.isEmpty { return }
        throw FilesInTheWay(paths: taken.map { "\(folder)/\($0.path)" })
    }

    /// Files that say the same already are left alone: who watches the folder has nothing to do.
    private func writeSchema(_ imported: SnapshotImport) throws {
        var schema = ByteWriter(capacity: 65_536)
        schema.appendPretty(SchemaLanguage.jsonSchema())
        try FileText.makeFolder(folder)
        _ = try write(schema.finish().string, as: SchemaPrinter.schemaFile)
        var changed = 0
        for file in imported.files where try write(file.text, as: file.path) { changed += 1 }
        for note in imported.report.lines { Terminal.print("note: \(note)") }
        let same = imported.files.count - changed
        Terminal.print("\(changed) files written to \(folder)" + (same > 0 ? ", \(same) said the same already" : ""))
    }

    /// - Returns: whether there was something to write.
    private func write(_ text: String, as name: String) throws -> Bool {
        let path = "\(folder)/\(name)"
        let before = FileText.read(path)
        if before == text { return false }
        if before != nil, name != SchemaPrinter.schemaFile { Terminal.print("note: \(path) said something else and is replaced") }
        if let slash = path.lastIndex(of: "/") { try FileText.makeFolder(String(path[..<slash])) }
        try FileText.write(text, to: path)
        return true
    }

    // MARK: A whole template

    /// Everything is read and checked before anything is written.
    private func importFolder(_ template: TemplateFolder) throws -> Int32 {
        let imported = try read(template.snapshotPath)
        try refuseReplacing(imported)
        if isSchemaOnly {
            try writeSchema(imported)
            return 0
        }
        let files = try template.files()
        var reader = try EnvironmentReader.current(folder: ".")
        let configuration = try ServerConfiguration.read(&reader)
        let schema = try schema(with: imported, variables: configuration.variables)
        _ = try TemplateReader.read(files, for: schema)
        let work = { loop, log in
            TemplateImport(configuration: configuration, folder: template, schemas: folder, files: files, loop: loop, log: log) {
                try writeSchema(imported)
            }
        }
        return try load(schema, configuration.logThreshold, work)
    }

    /// What the folder of definitions will say: files of other names stay in it.
    /// - Throws: `SchemaProblems`.
    private func schema(with imported: SnapshotImport, variables: [String: String]) throws -> SchemaSnapshot {
        let new = imported.files.map { SourceFile(path: "\(folder)/\($0.path)", text: $0.text) }
        var all = new
        if FileText.isFolder(folder) {
            let names = Set(new.map(\.path))
            all += try SchemaFolder(path: folder).files().files.filter { !names.contains($0.path) }
        }
        let result = SchemaCompiler.compile(files: all, environment: variables)
        let errors = result.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty, let schema = result.snapshot else { throw SchemaProblems(diagnostics: errors) }
        return schema
    }

    private func load(
        _ schema: SchemaSnapshot, _ threshold: LogLevel?, _ work: (EventLoop, Logger) -> TemplateImport
    ) throws -> Int32 {
        let log = Logger(LogSink(descriptor: 2, threshold: threshold))
        let loops = try SchemaMigration.makeLoop()
        defer { loops.shutdown() }
        let loop = loops.loops[0]
        let work = work(loop, log)
        do {
            let outcome = try LoopRun.wait(on: loop) { try await work.run(schema) }
            tell(outcome.report)
            Terminal.print(outcome.report.summary)
            for line in outcome.admin.lines { Terminal.print(line) }
            return 0
        } catch let refusal as MigrationRefusal {
            Terminal.error(refusal.description)
            return refusal.exitCode
        } catch let fault as TemplateFault {
            tell(fault.report)
            Terminal.error(
                "\(fault.description)\nNothing of this collection is written; what stands above stays. A further import goes on from here.")
            return 1
        }
    }

    private func tell(_ report: TemplateReport) {
        for line in report.lines { Terminal.print(line) }
        for note in report.notes { Terminal.print("note: \(note)") }
    }
}

/// Files of an import's names that say something else.
private struct FilesInTheWay: Error, CustomStringConvertible {
    let paths: [String]

    var description: String {
        paths.map { "\($0): stands there already, and says something else\n" }.joined()
            + "Nothing was written. Import into another folder (--schemas DIR), or let the import's files take their place (--replace)."
    }
}

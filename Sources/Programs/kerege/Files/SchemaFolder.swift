import SchemaCompiler
import SchemaModel

/// The YAML files below a folder, and their compilation.
struct SchemaFolder {
    static let standard = "Schemas"

    let path: String

    /// A file, where files lie in folders: they are compiled together, since one names what others define.
    private struct NoFolder: Error, CustomStringConvertible {
        let path: String
        var description: String {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            return "\(path) is a file; name the folder of all schema files instead, such as \(folder.isEmpty ? "/" : folder)"
        }
    }

    /// - Throws: what is wrong, in words, when the folder can't be read.
    func files() throws -> (files: [SourceFile], diagnostics: [Diagnostic]) {
        guard FileText.isFolder(path) else {
            if FileText.exists(path) { throw NoFolder(path: path) }
            throw FileProblem(path: path, code: 2)
        }
        var files: [SourceFile] = []
        var diagnostics: [Diagnostic] = []
        for file in yamlFiles(in: path) {
            guard let bytes = FileText.bytes(file) else {
                diagnostics.append(
                    Diagnostic(code: "unreadable", message: "the file can't be read", at: SourceLocation(file: file, line: 1, column: 1)))
                continue
            }
            do throws(Diagnostic) { files.append(try SourceFile(path: file, bytes: bytes)) } catch { diagnostics.append(error) }
        }
        return (files, diagnostics)
    }

    private func yamlFiles(in folder: String) -> [String] {
        var out: [String] = []
        for name in FileText.names(in: folder) ?? [] where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            if FileText.isFolder(path) {
                out += yamlFiles(in: path)
            } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                out.append(path)
            }
        }
        return out
    }

    /// - Throws: `SchemaProblems` with every mistake in every file.
    func compile(variables: [String: String]) throws -> SchemaSnapshot {
        let (files, unreadable) = try files()
        let result = SchemaCompiler.compile(files: files, environment: variables)
        let errors = (unreadable + result.diagnostics).filter { $0.severity == .error }
        guard errors.isEmpty, let snapshot = result.snapshot else { throw SchemaProblems(diagnostics: unreadable + result.diagnostics) }
        return snapshot
    }
}

struct SchemaProblems: Error, CustomStringConvertible {
    let diagnostics: [Diagnostic]
    var errorCount: Int { diagnostics.count { $0.severity == .error } }
    var description: String {
        diagnostics.map(\.description).joined(separator: "\n") + "\n\(errorCount) mistake(s) in the schema files"
    }
}

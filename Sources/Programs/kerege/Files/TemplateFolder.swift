import EventLoops
import Glibc
import JSONText
import SchemaModel
import Templates

/// A template on disk: `src/` (or the folder itself) with `schema/snapshot.json`, `*.json`, `content/*.json` and `assets/`.
struct TemplateFolder {
    /// The folder of the data.
    let path: String
    let snapshotPath: String

    /// - Throws: `TemplateProblems` when there is no snapshot in it.
    init(_ folder: String) throws {
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        let candidates = ["\(folder)/src", folder]
        for candidate in candidates {
            for name in ["schema/snapshot.json", "schema/snapshot.yaml", "schema/snapshot.yml"] where FileText.exists("\(candidate)/\(name)") {
                path = candidate
                snapshotPath = "\(candidate)/\(name)"
                return
            }
        }
        throw TemplateProblems(diagnostics: [
            Diagnostic(
                code: "missing-file", message: "the folder is no template: it has no schema/snapshot.json, nor src/schema/snapshot.json",
                at: SourceLocation(file: folder, line: 1, column: 1))
        ])
    }

    /// Everything but schema and assets.
    /// - Throws: `TemplateProblems` for files that can't be read.
    func files() throws -> [TemplateFile] {
        var files: [TemplateFile] = []
        var problems: [Diagnostic] = []
        let names = Self.jsonNames(in: path).filter { $0 != "package.json" } + Self.jsonNames(in: "\(path)/content").map { "content/\($0)" }
        for name in names {
            let file = "\(path)/\(name)"
            if let bytes = FileText.bytes(file) {
                files.append(TemplateFile(name: name, path: file, bytes: bytes))
            } else {
                problems.append(Diagnostic(code: "unreadable", message: "the file can't be read", at: SourceLocation(file: file, line: 1, column: 1)))
            }
        }
        if !problems.isEmpty { throw TemplateProblems(diagnostics: problems) }
        return files
    }

    private static func jsonNames(in folder: String) -> [String] {
        (FileText.names(in: folder) ?? []).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    }

    /// The bytes of a row of files, under the name that they had on the server they come from, or under the row's key.
    /// - Returns: nil when there are none. Links are not followed, nor names that lead out of the folder: a template may be anybody's.
    func asset(of row: JSONObject) -> AssetSource? {
        guard let id = row["id"]?.string else { return nil }
        let disk = row["filename_disk"]?.string
        let suffix = [disk, row["filename_download"]?.string].compactMap { name in name?.lastIndex(of: ".").flatMap { name?[$0...] } }.first
        for name in [disk, suffix.map { "\(id)\($0)" }, id].compactMap({ $0 }) where !name.isEmpty && !name.contains("/") && !name.contains("\0") {
            if let source = AssetSource("\(path)/assets/\(name)") { return source }
        }
        return nil
    }
}

/// A file that is read in pieces, on the loop's pool.
final class AssetSource: @unchecked Sendable {
    // Invariant: used by one task, one call at a time.
    private static let pieceSize = 262_144
    private let path: String
    private let descriptor: Int32

    /// nil when there is no regular file of that name.
    init?(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// - Returns: nil at the end.
    /// - Throws: `FileProblem`.
    func next(on loop: EventLoop) async throws -> [UInt8]? {
        let (descriptor, path) = (descriptor, path)
        let piece = try await loop.runBlocking { () throws -> [UInt8] in
            var code: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: AssetSource.pieceSize) { buffer, count in
                let read = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if read < 0 { code = errno }
                count = max(0, read)
            }
            if code != 0 { throw FileProblem(path: path, code: code) }
            return piece
        }
        return piece.isEmpty ? nil : piece
    }
}

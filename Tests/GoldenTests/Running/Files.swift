import Glibc
import JSONText

/// The few things the runner does with files.
enum Files {
    static func read(_ path: String) throws(GoldenFormatError) -> [UInt8] {
        guard let file = fopen(path, "re") else { throw .unreadable(path: path, why: String(cString: strerror(errno))) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    static func text(_ path: String) throws(GoldenFormatError) -> String { String(decoding: try read(path), as: UTF8.self) }

    static func write(_ text: String, to path: String) throws(GoldenFormatError) {
        guard let file = fopen(path, "we") else { throw .unreadable(path: path, why: String(cString: strerror(errno))) }
        fputs(text, file)
        fclose(file)
    }

    /// Writes a text, or removes the file where the text is empty.
    static func replace(_ path: String, with text: String) throws(GoldenFormatError) {
        if text.isEmpty { unlink(path) } else { try write(text, to: path) }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Names in a folder, sorted; empty when there is none.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let name = nextName(in: stream) { if !name.hasPrefix(".") { names.append(name) } }
        return names.sorted()
    }

    /// One JSON value a line; blank lines are left out.
    static func lines(_ path: String) throws(GoldenFormatError) -> [JSONValue] {
        var values: [JSONValue] = []
        for (index, line) in try read(path).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            do {
                values.append(try JSONParser.parse(Array(line), depth: 1000))
            } catch {
                throw .syntax(path: path, line: index + 1, why: "\(error)")
            }
        }
        return values
    }

    /// A new folder that only this user reads.
    static func temporaryFolder() throws(GoldenFormatError) -> String {
        var template = Array("\(environment("TMPDIR") ?? "/tmp")/kerege-golden-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw .unreadable(path: "/tmp", why: String(cString: strerror(errno))) }
        return String(cString: path)
    }

    /// Removes a folder and all below it; links are removed, not followed.
    static func removeFolder(_ path: String) {
        guard let stream = opendir(path) else { return }
        defer {
            closedir(stream)
            rmdir(path)
        }
        while let name = nextName(in: stream) {
            if name == "." || name == ".." { continue }
            var entry = stat()
            let below = "\(path)/\(name)"
            if lstat(below, &entry) == 0, entry.st_mode & S_IFMT == S_IFDIR { removeFolder(below) } else { unlink(below) }
        }
    }

    static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    private static func nextName(in stream: OpaquePointer) -> String? {
        guard let entry = readdir(stream) else { return nil }
        return withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
    }
}

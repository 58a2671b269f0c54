import Glibc
import JSONText

/// Real inputs, from the recorded requests and the definitions in the checkout.
enum Corpus {
    private static let root: String = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

    static func text(_ path: String) -> String {
        guard let file = fopen("\(root)/\(path)", "re") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Every so many-th recorded request of a group.
    private static func requests(_ group: String, every step: Int) -> [JSONValue] {
        let lines = text("Tests/Golden/\(group)/cases.jsonl").split(separator: "\n")
        return stride(from: 0, to: lines.count, by: step).compactMap { try? JSONParser.parse(String(lines[$0]), depth: 1000) }
    }

    static func queryStrings() -> [String] {
        requests("reads", every: 3).compactMap { line in
            guard let path = line["path"]?.string, let mark = path.firstIndex(of: "?") else { return nil }
            return String(path[path.index(after: mark)...])
        }
    }

    static func bodies() -> [String] {
        (requests("writes", every: 8) + requests("reads", every: 10)).compactMap { $0["body"]?.text }
    }

    /// Pieces of a recorded snapshot, of some 60 lines each, so that one input stays small.
    static func definitions() -> [String] {
        let lines = text("Tests/Golden/access/snapshot.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        return stride(from: 0, to: min(lines.count, 3000), by: 60).map { lines[$0..<min(lines.count, $0 + 60)].joined(separator: "\n") }
    }
}

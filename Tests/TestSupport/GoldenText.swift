import Glibc
package import Testing

/// Texts that were reviewed once and are compared ever after. They lie in `Golden/` beside the test; `UPDATE_GOLDENS=1` writes them.
package enum GoldenText {
    package static func compare(_ text: String, with name: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let path = "\(folder)/Golden/\(name)"
        if getenv("UPDATE_GOLDENS") != nil {
            mkdir("\(folder)/Golden", 0o755)
            let stream = try #require(fopen(path, "w"), sourceLocation: sourceLocation)
            fputs(text, stream)
            fclose(stream)
            return
        }
        let expected = try #require(read(path), "\(path) is missing; UPDATE_GOLDENS=1 writes it", sourceLocation: sourceLocation)
        if expected == text { return }
        let difference = zip(
            expected.split(separator: "\n", omittingEmptySubsequences: false), text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        .first { $0 != $1 }
        Issue.record(
            "\(name) differs\nexpected: \(difference?.0 ?? "(other length)")\n     got: \(difference?.1 ?? "(other length)")",
            sourceLocation: sourceLocation)
    }

    private static func read(_ path: String) -> String? {
        guard let stream = fopen(path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}

import Glibc

/// A Swift file taken apart: code without comments and the contents of strings, comments, and string literals.
struct SourceFile: Sendable {
    struct Literal {
        let line: Int
        let text: String
    }

    /// From the root of the checkout: `Sources/Ground/JSONText/JSONValue.swift`.
    let path: String
    let lines: [String]
    /// Line by line; comments and the contents of strings are left out.
    let code: [String]
    /// Line by line; what stands in comments.
    let comments: [String]
    let literals: [Literal]

    init(path: String, text: String) {
        self.path = path
        var lexer = SourceLexer(text)
        lexer.run()
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        code = lexer.code
        comments = lexer.comments
        literals = lexer.literals
    }

    /// The modules it imports, with the lines.
    var imports: [(module: String, line: Int)] {
        code.enumerated().compactMap { index, line in
            var words = line.split(separator: " ")[...]
            while let first = words.first, first.hasPrefix("@") || ["package", "public", "internal", "private", "fileprivate"].contains(first) {
                words = words.dropFirst()
            }
            guard words.first == "import", words.count > 1 else { return nil }
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = kinds.contains(String(words[words.startIndex + 1])) ? words.dropFirst(2).first : words.dropFirst().first
            return name.map { (String($0.prefix { $0 != "." }), index + 1) }
        }
    }

    /// Lines of code that have this text between other than letters, digits and `_`.
    func lines(with word: String) -> [Int] {
        let isWord = { (byte: UInt8) in
            byte == UInt8(ascii: "_") || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte > 0x7F
        }
        let needle = Array(word.utf8)
        return code.enumerated().compactMap { index, line in
            guard line.utf8.contains(needle[0]) else { return nil }
            let bytes = Array(line.utf8)
            var at = 0
            while at + needle.count <= bytes.count {
                if bytes[at..<(at + needle.count)].elementsEqual(needle) {
                    let opens = at == 0 || !isWord(needle[0]) || !isWord(bytes[at - 1])
                    let end = at + needle.count
                    let closes = end == bytes.count || !isWord(needle[needle.count - 1]) || !isWord(bytes[end])
                    if opens, closes { return index + 1 }
                }
                at += 1
            }
            return nil
        }
    }
}

/// The checkout this test was compiled in.
enum Checkout {
    static let root: String = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

    static func text(_ path: String) -> String {
        guard let file = fopen("\(root)/\(path)", "re") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The Swift files below a folder, sorted by path.
    static func swiftFiles(below folder: String) -> [SourceFile] {
        paths(below: folder).filter { $0.hasSuffix(".swift") }.sorted().map { SourceFile(path: $0, text: text($0)) }
    }

    static func paths(below folder: String) -> [String] {
        entries(of: folder).flatMap { entry in entry.isFolder ? paths(below: "\(folder)/\(entry.name)") : ["\(folder)/\(entry.name)"] }
    }

    static func entries(of folder: String) -> [(name: String, isFolder: Bool)] {
        guard let stream = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(stream) }
        var found: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
            if name.hasPrefix(".") { continue }
            var status = stat()
            stat("\(root)/\(folder)/\(name)", &status)
            found.append((name, status.st_mode & S_IFMT == S_IFDIR))
        }
        return found
    }
}

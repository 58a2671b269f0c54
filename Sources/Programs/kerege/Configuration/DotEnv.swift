/// `NAME=value` lines; `#` begins a comment, quotes around a value are taken off, `export` before a name is allowed.
enum DotEnv {
    static func parse(_ text: String) -> [String: String] {
        var out: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            var line = line.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("export ") { line = line.dropFirst(7) }
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
            let name = line[..<equals].filter { $0 != " " }
            out[name] = value(line[line.index(after: equals)...])
        }
        return out
    }

    private static func value(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        if let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote { return String(text.dropFirst().dropLast()) }
        if let comment = text.firstIndex(of: "#"), comment > text.startIndex, text[text.index(before: comment)] == " " {
            text = text[..<comment]
            while text.last == " " { text = text.dropLast() }
        }
        return String(text)
    }
}

/// Notes of definitions on their way into descriptions, which viewers show as Markdown: they stay readable, but can hold neither markup nor links,
/// so nothing in them can run (attack I8).
enum MarkdownText {
    /// nil for no text, and for keys of translations (`$t:…`), which say nothing to a reader.
    static func plain(_ note: String?) -> String? {
        guard let note, !note.isEmpty, !note.hasPrefix("$t:") else { return nil }
        var out = ""
        var last: Character?
        for character in note {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case "(" where last == "]" || out.hasSuffix("eval"), ":" where last == "]", "[" where last == "]": out += " \(character)"
            case "\n", "\t": out.append(character)
            default: out.append(character.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } ? character : " ")
            }
            last = character
        }
        return out
    }
}

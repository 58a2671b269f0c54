/// The style of one text in `ExportYAML`: plain, in single quotes, literal or folded block, or with escapes in double quotes.
enum ExportYAMLScalar {
    private enum Style { case plain, single, double, literal, folded }

    static func key(_ key: String) -> String {
        switch style(key, width: Int.max) {
        case .plain: key
        case .double, .literal, .folded: YAMLScalarText.escapedInDoubleQuotes(key)
        case .single: single(key)
        }
    }

    /// - Parameter indent: columns before the lines of a block.
    static func text(_ string: String, indent: Int) -> String {
        let width = max(40, 80 - indent)
        switch style(string, width: width) {
        case .plain: return string
        case .single: return single(string)
        case .double: return YAMLScalarText.escapedInDoubleQuotes(string)
        case .literal: return "|" + header(string) + indented(string.split(separator: "\n", omittingEmptySubsequences: false)[...], indent)
        case .folded:
            let lines = folded(string, width: width)
            return ">" + header(string) + indented(lines[...], indent)
        }
    }

    private static func style(_ string: String, width: Int) -> Style {
        if string.isEmpty { return .single }
        if !string.unicodeScalars.allSatisfy({ $0 == "\n" || $0 == "\t" || YAMLScalarText.isPrintable($0) }) { return .double }
        let lines = string.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.count > 1, string.first(where: { $0 != "\n" && $0 != " " }) == "\t" { return .double }
        if lines.contains(where: { $0.unicodeScalars.count > width && $0.first != " " }) { return .folded }
        if lines.count > 1 { return .literal }
        return isPlain(string) && !isAmbiguous(string) ? .plain : .single
    }

    private static func isPlain(_ string: String) -> Bool {
        guard let first = string.unicodeScalars.first, let last = string.unicodeScalars.last else { return false }
        if firstForbidden.contains(first) || [" ", "\t", ":"].contains(last) { return false }
        var before = first
        for scalar in string.unicodeScalars {
            let isAfterSpace = before == " " || before == "\t"
            if (scalar == "#" && isAfterSpace) || (before == ":" && (scalar == " " || scalar == "\t")) { return false }
            before = scalar
        }
        return true
    }

    /// What a reader of YAML 1.1 takes for something else than a text: booleans, numbers (base 60 too), dates.
    private static func isAmbiguous(_ string: String) -> Bool {
        YAMLAmbiguity.old.contains(string.lowercased()) || ["<<", "~"].contains(string) || YAMLAmbiguity.isNumberOrDate(string)
    }

    private static func single(_ string: String) -> String { "'\(string.replacing("'", with: "''"))'" }

    /// Indentation and chomping indicators of a block.
    private static func header(_ string: String) -> String {
        let start = string.drop { $0 == "\n" }
        let indentation = start.first == " " ? "2" : ""
        guard string.hasSuffix("\n") else { return indentation + "-\n" }
        let keeps = string == "\n" || string.dropLast().hasSuffix("\n")
        return indentation + (keeps ? "+\n" : "\n")
    }

    /// The lines of a block; the break after the last one is the caller's.
    private static func indented(_ lines: ArraySlice<Substring>, _ indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        let body = lines.last?.isEmpty == true ? lines.dropLast() : lines
        return body.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
    }

    /// Long lines broken at single spaces; a line break of the text becomes an empty line, but beside lines that begin with a space.
    private static func folded(_ string: String, width: Int) -> [Substring] {
        var result: [Substring] = []
        var wasIndented = true
        for (index, line) in string.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let isIndented = line.first == " "
            if index > 0, !wasIndented, !isIndented, !line.isEmpty { result.append("") }
            result += broken(line, width: width)
            if !line.isEmpty || index == 0 { wasIndented = isIndented || line.isEmpty }
        }
        return result
    }

    private static func broken(_ line: Substring, width: Int) -> [Substring] {
        if line.isEmpty || line.first == " " { return [line] }
        var lines: [Substring] = []
        var start = line.startIndex
        var current = start
        for space in breaks(of: line) + [line.endIndex] {
            if line.distance(from: start, to: space) > width, current > start {
                lines.append(line[start..<current])
                start = line.index(after: current)
            }
            current = space
        }
        lines.append(line[start...])
        return lines
    }

    /// Single spaces between words.
    private static func breaks(of line: Substring) -> [Substring.Index] {
        line.indices.filter { at in
            guard line[at] == " ", at > line.startIndex else { return false }
            let next = line.index(after: at)
            return next < line.endIndex && line[next] != " " && line[line.index(before: at)] != " "
        }
    }

    private static let firstForbidden = Set("-?:,[]{}#&*!|=>'\"%@` \t".unicodeScalars)
}

package import JSONText

/// A YAML document to print: which parts must stand on lines of their own, and which may go on one line where they fit.
package indirect enum YAMLTree: Equatable {
    package struct Entry: Equatable {
        package var key: String
        package var value: YAMLTree

        package init(_ key: String, _ value: YAMLTree) {
            self.key = key
            self.value = value
        }
    }
    /// One line (flow style) if it fits, else lines whose parts are treated alike.
    case value(JSONValue)
    /// Always one entry a line.
    case lines([Entry])
    /// Always one element a line.
    case list([YAMLTree])
}

/// Prints `YAMLTree`s: two spaces a level, flow style within `width` columns, deterministic.
package struct YAMLPrinter {
    static let width = 120
    private var text = ""

    package static func print(_ entries: [YAMLTree.Entry]) -> String {
        var printer = YAMLPrinter()
        for entry in entries { printer.entry(entry.key, entry.value, level: 0) }
        return printer.text
    }

    private mutating func entry(_ key: String, _ value: YAMLTree, level: Int) {
        let head = indent(level) + YAMLScalarText.text(key, in: .block) + ":"
        switch value {
        case .value(let value): place(value, after: head, level: level + 1, isInList: false)
        case .lines(let entries):
            text += head + (entries.isEmpty ? " {}\n" : "\n")
            for entry in entries { self.entry(entry.key, entry.value, level: level + 1) }
        case .list(let elements):
            text += head + (elements.isEmpty ? " []\n" : "\n")
            for element in elements { self.element(element, level: level + 1) }
        }
    }

    private mutating func element(_ element: YAMLTree, level: Int) {
        let head = indent(level) + "-"
        switch element {
        case .value(let value): place(value, after: head, level: level + 1, isInList: true)
        case .lines(let entries): first(entries.map { ($0.key, $0.value) }, after: head, level: level + 1)
        case .list(let elements):
            text += head + "\n"
            for element in elements { self.element(element, level: level + 1) }
        }
    }

    /// `- key: value`, the other entries below the key.
    private mutating func first(_ entries: [(String, YAMLTree)], after head: String, level: Int) {
        let start = text.endIndex
        for (key, value) in entries { entry(key, value, level: level) }
        let block = text[start...]
        text.replaceSubrange(start..., with: head + " " + block.dropFirst(level * 2))
    }

    /// A value after `key:` or `-`: on the same line, or on lines below at `level`.
    private mutating func place(_ value: JSONValue, after head: String, level: Int, isInList: Bool) {
        if let line = YAMLPrinter.line(value, in: .block), value.isScalar || head.count + 1 + line.count <= YAMLPrinter.width {
            text += "\(head) \(line)\n"
            return
        }
        switch value {
        case .string(let string):
            text += "\(head) \(YAMLPrinter.literal(string, indent: indent(level)))\n"
        case .array(let elements):
            text += head + "\n"
            for element in elements { self.element(.value(element), level: level) }
        case .object(let members):
            if isInList {
                first(members.map { ($0.key, .value($0.value)) }, after: head, level: level)
                return
            }
            text += head + "\n"
            for (key, value) in members { entry(key, .value(value), level: level) }
        case .null, .bool, .number: break
        }
    }

    private func indent(_ level: Int) -> String { String(repeating: "  ", count: level) }

    /// Flow style; nil when a text in it has several lines that stand better below one another.
    private static func line(_ value: JSONValue, in context: YAMLScalarText.Context) -> String? {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let number): return number.text
        case .string(let string): return canBeLiteral(string) ? nil : YAMLScalarText.text(string, in: context)
        case .array(let elements):
            var parts: [String] = []
            for element in elements {
                guard let part = line(element, in: .flow) else { return nil }
                parts.append(part)
            }
            return "[\(parts.joined(separator: ", "))]"
        case .object(let members):
            var parts: [String] = []
            for (key, value) in members {
                guard let part = line(value, in: .flow) else { return nil }
                parts.append("\(YAMLScalarText.text(key, in: .flow)): \(part)")
            }
            return parts.isEmpty ? "{}" : "{ \(parts.joined(separator: ", ")) }"
        }
    }

    /// True for several lines that a literal block (`|`) gives back exactly; other texts with line breaks go in double quotes.
    private static func canBeLiteral(_ string: String) -> Bool {
        guard string.unicodeScalars.contains("\n"), let first = string.unicodeScalars.first, first != " ", first != "\n" else { return false }
        guard string.unicodeScalars.allSatisfy({ $0 == "\n" || YAMLScalarText.isPrintable($0) }) else { return false }
        return !string.hasSuffix("\n\n") && !string.hasSuffix(" ") && string != "\n"
    }

    private static func literal(_ string: String, indent: String) -> String {
        let endsWithBreak = string.hasSuffix("\n")
        let lines = (endsWithBreak ? string.dropLast() : Substring(string)).split(separator: "\n", omittingEmptySubsequences: false)
        return (endsWithBreak ? "|" : "|-") + lines.map { $0.isEmpty ? "\n" : "\n\(indent)\($0)" }.joined()
    }
}

extension JSONValue {
    var isScalar: Bool {
        switch self {
        case .null, .bool, .number, .string: true
        case .array, .object: false
        }
    }
}

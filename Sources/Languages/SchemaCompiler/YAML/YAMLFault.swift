internal import CLibYAML
import SchemaModel

/// A fault of syntax as libyaml tells it, and how we tell it. Lines and columns from 0.
struct YAMLFault {
    var problem: String
    var line: Int
    var column: Int
    /// What was being read, and the line where it began.
    var context: (text: String, line: Int)?
    /// Set for bytes that YAML does not allow anywhere: their offset in the text.
    var byteOffset: Int?

    static let outOfMemory = YAMLFault(problem: "out of memory", line: 0, column: 0)

    private init(problem: String, line: Int, column: Int) {
        self.problem = problem
        self.line = line
        self.column = column
    }

    init(_ parser: yaml_parser_t) {
        problem = parser.problem.map { String(cString: $0) } ?? "unreadable"
        line = Int(parser.problem_mark.line)
        column = Int(parser.problem_mark.column)
        if parser.error == YAML_READER_ERROR {
            byteOffset = Int(parser.problem_offset)
        } else if let text = parser.context {
            context = (String(cString: text), Int(parser.context_mark.line))
        }
    }

    static func diagnostic(_ fault: YAMLFault, text: String, file: String) -> Diagnostic {
        if let offset = fault.byteOffset { return forbiddenCharacter(fault, at: offset, in: text, file: file) }
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let first = min(fault.context?.line ?? fault.line, fault.line)
        for number in max(0, first)...max(0, fault.line) where number < lines.count {
            if let column = tabInIndentation(of: lines[number]) {
                return Diagnostic(
                    code: "yaml-tab", message: "a tab can't indent YAML; use spaces",
                    at: SourceLocation(file: file, line: number + 1, column: column + 1))
            }
        }
        var hint = hint(for: fault.problem)
        if fault.line < lines.count, lines[fault.line].contains("${") { hint = "in braces and brackets a variable must be quoted: \"${NAME}\"" }
        var message = "YAML: \(fault.problem)"
        if let context = fault.context { message += " (\(context.text) that begins in line \(context.line + 1))" }
        return Diagnostic(
            code: "yaml-syntax", message: message, at: SourceLocation(file: file, line: fault.line + 1, column: fault.column + 1),
            hint: hint)
    }

    private static func tabInIndentation(of line: Substring) -> Int? {
        var column = 0
        for character in line {
            if character == "\t" { return column }
            if character != " " { return nil }
            column += 1
        }
        return nil
    }

    private static func forbiddenCharacter(_ fault: YAMLFault, at offset: Int, in text: String, file: String) -> Diagnostic {
        var line = 1
        var column = 1
        for scalar in String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars {
            column += 1
            if scalar == "\n" {
                line += 1
                column = 1
            }
        }
        return Diagnostic(
            code: "yaml-syntax", message: "YAML: \(fault.problem)", at: SourceLocation(file: file, line: line, column: column))
    }

    private static func hint(for problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "a text that holds `: ` must be quoted; otherwise look at the indentation of this line"
        case "did not find expected key": "the indentation fits none of the lines above, or a quote or bracket is missing"
        case "could not find expected ':'": "a key needs `: ` and a value"
        case "found character that cannot start any token": "a text that begins with this character must be quoted"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'": "a bracket is not closed, or a comma is missing"
        case "did not find expected <document start>": "the indentation fits none of the lines above; a new document begins with `---`"
        case "found unexpected end of stream": "a quote or bracket is not closed"
        default: nil
        }
    }
}

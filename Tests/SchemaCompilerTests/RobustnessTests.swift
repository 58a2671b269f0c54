import SchemaCompiler
import SchemaModel
import Testing

@Suite struct RobustnessTests {
    /// The same sequence in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// Bytes are swapped, dropped, doubled; whole lines go or change their indentation. Either a model or a reason comes out.
    @Test func `damaged files give a model or a reason, never a crash`() throws {
        let texts = ["example.txt", "relations.txt", "access.txt"].flatMap { CaseFile.read($0).map(\.yaml) }
        var numbers = Numbers(state: 7)
        for _ in 0..<80 {
            var lines = texts[Int.random(in: 0..<texts.count, using: &numbers)].split(separator: "\n", omittingEmptySubsequences: false).map(
                String.init)
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let at = Int.random(in: 0..<lines.count, using: &numbers)
                switch Int.random(in: 0..<5, using: &numbers) {
                case 0: lines.remove(at: at)
                case 1: lines[at] = "  " + lines[at]
                case 2: lines.insert(lines[Int.random(in: 0..<lines.count, using: &numbers)], at: at)
                default: lines[at] = damaged(lines[at], &numbers)
                }
                if lines.isEmpty { lines = [""] }
            }
            let text = lines.joined(separator: "\n")
            let result = SchemaCompiler.compile(files: [SourceFile(path: "t", text: text)], environment: [:])
            #expect(result.snapshot != nil || !result.errors.isEmpty, "\(text)")
            #expect(result.snapshot == nil || result.errors.isEmpty)
        }
    }

    private func damaged(_ line: String, _ numbers: inout Numbers) -> String {
        var scalars = Array(line.unicodeScalars)
        guard !scalars.isEmpty else { return "\t:" }
        let at = Int.random(in: 0..<scalars.count, using: &numbers)
        let marks = Array("{}[]:,&*!|>'\"%@`#-? \t\u{0}\u{7F}é\u{2028}$.".unicodeScalars)
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: scalars.remove(at: at)
        case 1: scalars[at] = marks[Int.random(in: 0..<marks.count, using: &numbers)]
        default: scalars.insert(marks[Int.random(in: 0..<marks.count, using: &numbers)], at: at)
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    @Test func `a file that is not UTF-8 is named with its line`() {
        #expect(throws: Diagnostic(code: "not-utf-8", message: "the file is not UTF-8", at: SourceLocation(file: "x", line: 2, column: 1))) {
            try SourceFile(path: "x", bytes: [0x61, 0x0A, 0xFF, 0x0A])
        }
    }

    @Test(arguments: ["plain $5 {x}", "a ${NAME} b", "$${x}", "${", "${a}${b}", ""])
    func `an escaped text expands to itself`(_ text: String) throws {
        let quoted = EnvironmentExpansion.escape(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        let yaml = "collection: t\nnote: \"\(quoted)\"\nfields: { a: string }\n"
        let result = SchemaCompiler.compile(files: [SourceFile(path: "t", text: yaml)], environment: ["NAME": "no"])
        #expect(result.diagnostics == [])
        #expect(result.snapshot?.collection("t")?.meta.note == text)
    }
}

import FoundationEssentials
import SchemaCompiler
import SchemaModel
import Testing

/// One golden case: definitions, and the text that is made of them.
///
/// A file in `Cases/` holds several: `## name`, YAML, a line `=>`, the expected text. With `REWRITE_GOLDENS=1` the tests write what they get.
struct GoldenCase: CustomTestStringConvertible, Sendable {
    var name: String
    var yaml: String
    var expected: String
    var testDescription: String { name }

    /// Documents begin a new file after a line `#### path`; without one there is `t.yaml`.
    var files: [SourceFile] {
        var files = [SourceFile(path: "t.yaml", text: "")]
        for line in yaml.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#### ") {
                files.append(SourceFile(path: String(line.dropFirst(5)), text: ""))
            } else {
                files[files.count - 1].text += line + "\n"
            }
        }
        return files.filter { !$0.text.allSatisfy(\.isWhitespace) }
    }

    static let environment = ["SITE": "https://example.com", "EMPTY": "", "COUNT": "12"]

    func compile() -> CompilationResult { SchemaCompiler.compile(files: files, environment: GoldenCase.environment) }
}

enum CaseFile {
    static func read(_ name: String) -> [GoldenCase] {
        guard let text = try? String(contentsOf: url(name), encoding: .utf8) else { return [] }
        var cases: [GoldenCase] = []
        var inExpected = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") {
                cases.append(GoldenCase(name: String(line.dropFirst(3)), yaml: "", expected: ""))
                inExpected = false
            } else if line == "=>" {
                inExpected = true
            } else if !cases.isEmpty, inExpected {
                cases[cases.count - 1].expected += line + "\n"
            } else if !cases.isEmpty {
                cases[cases.count - 1].yaml += line + "\n"
            }
        }
        return cases.map { GoldenCase(name: $0.name, yaml: $0.yaml, expected: $0.expected.trimmed) }
    }

    /// Compares, or writes in place of comparing.
    static func check(_ file: String, _ make: (GoldenCase) -> String) {
        let cases = read(file)
        #expect(!cases.isEmpty, "no cases in \(file)")
        let results = cases.map { make($0).trimmed }
        if ProcessInfo.processInfo.environment["REWRITE_GOLDENS"] == "1" {
            var text = ""
            for (test, result) in zip(cases, results) { text += "## \(test.name)\n\(test.yaml)=>\n\(result)\n\n" }
            try? Data(text.utf8).write(to: url(file))
        } else {
            for (test, result) in zip(cases, results) { #expect(result == test.expected, "\(file): \(test.name)") }
        }
    }

    static func url(_ name: String) -> URL { URL(filePath: "\(#filePath)").deletingLastPathComponent().appending(path: "Cases/\(name)") }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }
}

import JSONText
import QueryLanguage
import SchemaCompiler
import Testing

/// The parsers of what strangers send must answer anything: no trap, no endless loop, no input that costs seconds.
@Suite struct FuzzTests {
    @Test func queryStringAnswersAnything() throws {
        let words = [
            "fields", "filter", "[_and]", "[0]", "[]", "[", "]", "=", "&", "%", "%5B", "%00", "%ff", "%C3%A9", "+", "sort=-", "limit=-1", "offset=",
            "page=",
            "deep[a][_limit]=", "deep", "alias[a]=", "aggregate[count]=*", "groupBy[]=year(a)", "search=", "meta=*", "[_eq]", "[_in]=", "[_between]=",
            "[_some]",
            "[_none]", "{\"_and\":[", "}", "]}", "$NOW(-1 day)", "$FOLLOW(", "*.*", "a.b:c.d", "export=csv", "json(a, b.c[0])", "version=", ",", ".",
            "..", "*",
        ]
        var limits = QueryLimits()
        limits.maximumLimit = 1000
        try FuzzRun(name: "query", mutator: Mutator(corpus: Corpus.queryStrings(), words: words)).run { input in
            do { _ = try ItemQueryParser.parse(queryString: input, limits: limits) } catch {}
        }
    }

    @Test func jsonAnswersAnything() throws {
        let words = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", "true", "false", "null", "\"a\":", "1", "-", "e", ".",
            "0", " ", "\n",
            "[[[[", "{\"a\":{\"a\":", "\"\"", "/**/",
        ]
        let limits = QueryLimits()
        try FuzzRun(name: "json", mutator: Mutator(corpus: Corpus.bodies(), words: words)).run { input in
            guard let value = try? JSONParser.parse(input) else { return }
            let again = try? JSONParser.parse(value.text)
            guard again == value else { throw BrokenLaw(description: "what is written is not what was read: \(value.text)") }
            if let query = value["query"]?.object ?? value.object {
                do { _ = try ItemQueryParser.parse(object: query, limits: limits) } catch {}
            }
        }
    }

    @Test func yamlAnswersAnything() throws {
        let words = [
            "- ", ": ", "\n", "  ", "\t", "#", "&a", "*a", "<<: *a", "!!str ", "!x ", "|\n", ">-\n", "'", "\"", "---\n", "...\n", "{", "}", "[", "]",
            ",", "? ",
            "%YAML 1.2\n", "\\x", "~", "yes", "0o17", "1_000", ".inf", "2024-01-01", "collections:\n", "fields:\n", "type: string\n", "\u{FEFF}",
            "\u{85}", "\u{2028}",
            "[[[[", "{a: {a: ",
        ]
        try FuzzRun(name: "yaml", mutator: Mutator(corpus: Corpus.definitions(), words: words)).run { input in
            guard let file = try? SourceFile(path: "fuzz.yaml", bytes: input) else { return }
            let (documents, diagnostics) = YAMLReader.documents(file.text, file: file.path)
            for document in documents { _ = document.json }
            for diagnostic in diagnostics { _ = "\(diagnostic)" }
        }
    }
}

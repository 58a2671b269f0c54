import Assets
import Testing

/// Names: titles for people, types, suffixes, and which names on disk belong to a row.
@Suite struct NameTests {
    static let titles = [
        ("first-note of mine.txt", "First Note of Mine"), ("delivery_note-7.txt", "Delivery Note 7"), ("README", "Readme"),
        ("Annual.Report.2025.csv", "Annual.report.2025"), ("camelCaseName.txt", "Camel Case Name"),
        ("iPhone photo of the API.txt", "I Phone Photo of the API"), ("snakeCase_andCamel.md", "Snake Case and Camel"), (".hidden", ".hidden"),
        ("UPPER CASE.TXT", "Upper Case"), ("dots.in.name.tar.gz", "Dots.in.name.tar"), ("trailing.", "Trailing"),
        ("2025-01-02_report (1).txt", "2025 01 02 Report (1)"), ("über größe.txt", "Über Größe"), ("a/b/c.txt", "C"), ("..%2fup.txt", "..%2fup"),
        ("čaj 中.txt", "Čaj 中"), ("naïve résumé.txt", "Naïve Résumé"), ("3a.txt", "3a"), ("the end.txt", "The End"), ("C:\\x\\y.txt", "Y"),
        ("-_ .txt", ""), ("", ""),
    ]

    @Test(arguments: titles.map(\.0))
    func humanises(_ filename: String) throws {
        #expect(FileTitle.title(of: filename) == (try #require(Self.titles.first { $0.0 == filename })).1)
    }

    static let suffixes = [
        ("a.txt", ".txt"), ("UPPER CASE.TXT", ".TXT"), ("x.tar.gz", ".gz"), ("trailing.", "."), (".hidden", ""), ("none", ""), ("x.a b", ""),
        ("x./y", ""), ("x.\u{0}", ""), ("x.é", ""), ("x.\(String(repeating: "a", count: 33))", ""), ("", ""),
    ]

    @Test(arguments: suffixes.map(\.0))
    func findsTheSuffix(_ filename: String) throws {
        #expect(StoredName.suffix(of: filename) == (try #require(Self.suffixes.first { $0.0 == filename })).1)
    }

    @Test func knowsWhoseBytesTheyAre() {
        let id = "f1000000-0000-4000-8000-000000000101"
        for name in [id, "\(id).png", "\(id).", "\(id).TXT"] { #expect(StoredName.isOriginal(name, of: id)) }
        for name in [
            "", "other.png", "\(id)x.png", "\(id)__0f.png", "\(id).png/../x", "\(id).a.b", "../\(id).png", "\(id).png\u{0}",
            "f1000000-0000-4000-8000-000000000102.png",
        ] {
            #expect(!StoredName.isOriginal(name, of: id))
        }
    }

    static let types: [(String?, String)] = [
        ("TEXT/PLAIN", "text/plain"), ("text/plain; charset=utf-8", "text/plain"), (" image/png ", "image/png"), (nil, "application/octet-stream"),
        ("nonsense", "application/octet-stream"), ("a/b/c", "application/octet-stream"), ("text/html\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"), ("image/svg+xml", "image/svg+xml"),
    ]

    @Test(arguments: types.indices)
    func normalisesTypes(_ index: Int) {
        #expect(ContentType.normalised(Self.types[index].0) == Self.types[index].1)
    }

    static let patterns: [(String, String, Bool)] = [
        ("image/*", "image/png", true), ("image/*", "text/plain", false), ("*/*", "a/b", true), ("text/plain", "text/plainer", false),
        ("TEXT/PLAIN", "text/plain", true), ("*/*+xml", "image/svg+xml", true), ("*/*+xml", "image/png", false), ("*", "image/png", false),
        ("image/p*g", "image/png", true), ("image/*a*b", "image/aXbXab", true), ("image/", "image/png", false), ("image/**", "image/x", true),
    ]

    @Test(arguments: patterns.indices)
    func matchesTypes(_ index: Int) {
        let (pattern, type, isAllowed) = Self.patterns[index]
        #expect(ContentType.isAllowed(type.lowercased(), by: ["never/this", pattern]) == isAllowed)
    }
}

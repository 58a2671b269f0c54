import Assets
import Testing

/// Multipart bodies taken apart, whatever their pieces.
@Suite struct MultipartParserTests {
    /// What a whole body holds: the parts with their content, and whether the end was seen.
    struct Outcome: Equatable {
        var parts: [MultipartPart] = []
        var contents: [[UInt8]] = []
        var isEnded = false
        var error: MultipartError?
    }

    static func outcome(_ body: [UInt8], type: String = "multipart/form-data; boundary=AaB03x", piece: Int) -> Outcome {
        var outcome = Outcome()
        do throws(MultipartError) {
            var parser = try MultipartParser(contentType: type)
            var at = 0
            while at < body.count {
                let end = min(at + piece, body.count)
                for event in try parser.feed(Array(body[at..<end])) {
                    switch event {
                    case .part(let part):
                        outcome.parts.append(part)
                        outcome.contents.append([])
                    case .data(let bytes): outcome.contents[outcome.contents.count - 1] += bytes
                    case .partEnd: continue
                    case .end: outcome.isEnded = true
                    }
                }
                at = end
            }
            try parser.finish()
        } catch {
            outcome.error = error
        }
        return outcome
    }

    static let pieces = [1, 2, 3, 7, 64, 1_000_000]

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let body: String
        let parts: [MultipartPart]
        let contents: [String]
    }

    static func file(_ name: String?, _ type: String? = nil, field: String = "file") -> MultipartPart {
        MultipartPart(name: field, filename: name, type: type)
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a text and a file",
            body:
                "--AaB03x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHi\r\n--AaB03x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n--AaB03x--\r\n",
            parts: [file(nil, field: "title"), file("a.txt", "text/plain")], contents: ["Hi", "hello"]),
        Case(
            testDescription: "preamble, epilogue, blanks after a delimiter",
            body: "before\r\n--AaB03x \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--AaB03x--after\r\n--AaB03x\r\nx",
            parts: [file(nil, field: "a")], contents: ["1"]),
        Case(
            testDescription: "an empty part", body: "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--AaB03x--",
            parts: [file(nil, field: "a")], contents: [""]),
        Case(
            testDescription: "almost a delimiter inside",
            body: "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--AaB03\r\n\r\n-\r\r\n--AaB03y\r\n--AaB03x--",
            parts: [file(nil, field: "a")], contents: ["\r\n--AaB03\r\n\r\n-\r\r\n--AaB03y"]),
        Case(
            testDescription: "quotes, a Windows path, a name in UTF-8 beside",
            body:
                "--AaB03x\r\ncontent-disposition:form-data;name=\"q\\\"x\" ; filename=\"C:\\dir\\f;1.txt\"\r\n\r\n\r\n--AaB03x\r\nContent-Disposition: form-data; name=u; filename=\"x.txt\"; filename*=utf-8''%C4%8Daj.txt\r\n\r\n\r\n--AaB03x--",
            parts: [file("C:\\dir\\f;1.txt", field: "q\"x"), file("čaj.txt", field: "u")], contents: ["", ""]),
        Case(
            testDescription: "a mark that combines with the quote",
            body: "--AaB03x\r\nContent-Disposition: form-data; name=\"\u{301}a\"; filename=\"b\"\r\n\r\n\r\n--AaB03x--",
            parts: [file("b", field: "\u{301}a")], contents: [""]),
        Case(testDescription: "no parts at all", body: "--AaB03x--", parts: [], contents: []),
    ]

    @Test(arguments: cases, pieces)
    func takesApart(_ example: Case, piece: Int) {
        let outcome = Self.outcome(Array(example.body.utf8), piece: piece)
        #expect(outcome.error == nil)
        #expect(outcome.parts == example.parts)
        #expect(outcome.contents == example.contents.map { Array($0.utf8) })
        #expect(outcome.isEnded)
    }

    static let refusals: [(String, String, MultipartError)] = [
        ("cut in the content", "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n1", .truncated),
        ("cut before the last hyphens", "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--AaB03x", .truncated),
        ("nothing", "", .truncated),
        ("words after a delimiter", "--AaB03x abc\r\n\r\n", .malformed),
        ("no disposition", "--AaB03x\r\nContent-Type: text/plain\r\n\r\n1\r\n--AaB03x--", .malformed),
        ("no name", "--AaB03x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--AaB03x--", .malformed),
        ("a control byte in a name", "--AaB03x\r\nContent-Disposition: form-data; name=a; filename=\"a\u{0}b\"\r\n\r\n1\r\n--AaB03x--", .malformed),
        ("a folded line", "--AaB03x\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n1\r\n--AaB03x--", .malformed),
        ("an endless head", "--AaB03x\r\nX: " + String(repeating: "a", count: 17_000), .headTooLarge),
        (
            "a thousand and one parts",
            String(repeating: "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", count: 1_001) + "--AaB03x--", .tooManyParts
        ),
    ]

    @Test(arguments: refusals.map(\.0))
    func refuses(_ name: String) throws {
        let (_, body, error) = try #require(Self.refusals.first { $0.0 == name })
        for piece in [1, 5, 4_096] { #expect(Self.outcome(Array(body.utf8), piece: piece).error == error) }
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a\u{1}\"", "multipart/form-data; boundary=é",
    ])
    func wantsABoundary(_ type: String) {
        #expect(Self.outcome([], type: type, piece: 1).error == .noBoundary)
    }

    /// Bytes of every kind, and of the delimiter above all, never trap and never get lost.
    @Test func keepsEveryByte() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("\r\n-AaB03x".utf8) + [0, 255]
        for _ in 0..<300 {
            let content = (0..<Int.random(in: 0...200, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            guard !String(decoding: content, as: UTF8.self).contains("\r\n--AaB03x") else { continue }
            let head = Array("--AaB03x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n".utf8)
            let body = head + content + Array("\r\n--AaB03x--".utf8)
            let outcome = Self.outcome(body, piece: Int.random(in: 1...40, using: &random))
            #expect(outcome.contents == [content])
            #expect(outcome.isEnded)
        }
    }
}

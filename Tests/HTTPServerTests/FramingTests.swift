import HTTPServer
import TestSupport
import Testing

/// `contract/attacks.md`, P1 to P4: what is not HTTP is refused, and the connection closed.
@Suite struct FramingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var head: String
        var body = ""
        var statuses: Set<Int> = [400]
        /// Refused by us, so the answer is in our words.
        var isOurs = true

        init(_ name: String, _ head: String, body: String = "", statuses: Set<Int> = [400], isOurs: Bool = true) {
            testDescription = name
            self.head = head
            self.body = body
            self.statuses = statuses
            self.isOurs = isOurs
        }

        /// A case whose request line is an ordinary POST.
        init(post name: String, _ headers: String, body: String = "", statuses: Set<Int> = [400], isOurs: Bool = true) {
            self.init(
                name, "POST /echo HTTP/1.1\r\nHost: test\r\n\(headers)\r\n\r\n", body: body, statuses: statuses, isOurs: isOurs)
        }
    }

    static let lengths = [
        Case(post: "length and encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"),
        Case(post: "encoding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5", body: "0\r\n\r\n"),
        Case(post: "two different lengths", "Content-Length: 5\r\nContent-Length: 6", body: "hello!"),
        Case(post: "two equal lengths", "Content-Length: 5\r\nContent-Length: 5", body: "hello"),
        Case(post: "two lengths, other case", "Content-Length: 5\r\ncontent-length: 5", body: "hello"),
        Case(post: "signed", "Content-Length: +3", body: "abc"),
        Case(post: "negative", "Content-Length: -1", body: "abc"),
        Case(post: "list", "Content-Length: 3, 3", body: "abc"),
        Case(post: "hexadecimal", "Content-Length: 0x3", body: "abc"),
        Case(post: "empty", "Content-Length: ", body: "abc"),
        Case(post: "blank within", "Content-Length: 3 3", body: "abc"),
        Case(post: "30 digits", "Content-Length: 111111111111111111111111111111", statuses: [400, 413]),
        Case(post: "19 digits", "Content-Length: 9999999999999999999", statuses: [400, 413]),
        Case(post: "more than any body", "Content-Length: 999999999999999", statuses: [413]),
    ]

    @Test(arguments: lengths) func `P1 refuses ambiguous and malformed lengths`(_ example: Case) async throws { try await refuses(example) }

    static let encodings = [
        Case(post: "unknown", "Transfer-Encoding: xchunked", statuses: [501]),
        Case(post: "gzip before", "Transfer-Encoding: gzip, chunked", statuses: [501]),
        Case(post: "twice in one", "Transfer-Encoding: chunked, chunked", statuses: [400, 501]),
        Case(post: "twice in two", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        Case(post: "identity beside", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
        Case(post: "empty", "Transfer-Encoding:", statuses: [501]),
        Case(post: "vertical tab", "Transfer-Encoding: \u{0B}chunked"),
        Case(post: "quoted", "Transfer-Encoding: \"chunked\"", statuses: [501]),
        Case("in HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n", body: "0\r\n\r\n"),
        Case(post: "chunk size of letters", "Transfer-Encoding: chunked", body: "ZZ\r\nhello\r\n0\r\n\r\n", isOurs: false),
        Case(post: "chunk size of 20 digits", "Transfer-Encoding: chunked", body: "11111111111111111111\r\n", statuses: [400, 413], isOurs: false),
        Case(post: "chunk size with a sign", "Transfer-Encoding: chunked", body: "-5\r\nhello\r\n0\r\n\r\n", isOurs: false),
        Case(post: "no line end after a chunk", "Transfer-Encoding: chunked", body: "5\r\nhelloXX0\r\n\r\n", isOurs: false),
        Case(post: "no chunk size", "Transfer-Encoding: chunked", body: "\r\nhello\r\n", isOurs: false),
    ]

    @Test(arguments: encodings) func `P2 refuses encodings and chunks it does not know, and never waits`(_ example: Case) async throws {
        try await refuses(example)
    }

    static let hosts = [
        Case("none", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"),
        Case("no header at all", "GET / HTTP/1.1\r\n\r\n"),
        Case("two", "GET / HTTP/1.1\r\nHost: test\r\nHost: other\r\n\r\n"),
        Case("two equal", "GET / HTTP/1.1\r\nHost: test\r\nhOST: test\r\n\r\n"),
        Case("empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Case("list", "GET / HTTP/1.1\r\nHost: test, other\r\n\r\n"),
        Case("with a user", "GET / HTTP/1.1\r\nHost: user@test\r\n\r\n"),
        Case("with a path", "GET / HTTP/1.1\r\nHost: test/x\r\n\r\n"),
        Case("port of letters", "GET / HTTP/1.1\r\nHost: test:http\r\n\r\n"),
        Case("absolute target of another host", "GET http://other/ HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("absolute target of a longer host", "GET http://test.other/ HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("absolute target with a user", "GET http://test@other/ HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("absolute target of another scheme", "GET file://test/ HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("target that is no path", "GET items HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("star for GET", "GET * HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("CONNECT", "CONNECT test:80 HTTP/1.1\r\nHost: test\r\n\r\n", statuses: [501]),
    ]

    @Test(arguments: hosts) func `P3 refuses missing, doubled and foreign hosts`(_ example: Case) async throws { try await refuses(example) }

    static let heads = [
        Case("blank before the colon", "GET / HTTP/1.1\r\nHost: test\r\nX-A : b\r\n\r\n"),
        Case("tab before the colon", "GET / HTTP/1.1\r\nHost: test\r\nX-A\t: b\r\n\r\n"),
        Case("blank within the name", "GET / HTTP/1.1\r\nHost: test\r\nX A: b\r\n\r\n"),
        Case("empty name", "GET / HTTP/1.1\r\nHost: test\r\n: b\r\n\r\n"),
        Case("no colon", "GET / HTTP/1.1\r\nHost: test\r\nnonsense\r\n\r\n", isOurs: false),
        Case("name beyond ASCII", "GET / HTTP/1.1\r\nHost: test\r\nX-é: b\r\n\r\n"),
        Case("control byte in a value", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\u{01}c\r\n\r\n"),
        Case("delete in a value", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\u{7F}c\r\n\r\n"),
        Case("carriage return in a value", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\rX-B: c\r\n\r\n"),
        Case("NUL in a value", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\0c\r\n\r\n"),
        Case("NUL ends a value", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\0\r\n\r\n"),
        Case("NULs that look like a line end", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\0\0Evil\0c\r\n\r\n"),
        Case("NUL in a name", "GET / HTTP/1.1\r\nHost: test\r\nX\0A: b\r\n\r\n", isOurs: false),
        Case("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("NUL in the query", "GET /a?b=\0c HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("NUL in the method", "G\0T / HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("control byte in the target", "GET /a\u{01}b HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("tab in the target", "GET /a\tb HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("blank in the target", "GET /a b HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("delete in the target", "GET /a\u{7F} HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("fragment", "GET /a#b HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("folded header", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\r\n c\r\n\r\n"),
        Case("folded by tab", "GET / HTTP/1.1\r\nHost: test\r\nX-A: b\r\n\tc\r\n\r\n"),
        Case("folded length", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length:\r\n 5\r\n\r\n", statuses: [400]),
        Case("bare line feed after the request line", "GET / HTTP/1.1\nHost: test\r\n\r\n"),
        Case("bare line feed after a header", "GET / HTTP/1.1\r\nHost: test\nX-A: b\r\n\r\n"),
        Case("bare line feed at the end", "GET / HTTP/1.1\r\nHost: test\r\n\n"),
        Case("bare line feeds throughout", "GET / HTTP/1.1\nHost: test\n\n"),
        Case("bracket in the method", "GE[T / HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("two blanks before the target", "GET  / HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("two blanks before the version", "GET /  HTTP/1.1\r\nHost: test\r\n\r\n"),
        Case("blank after the version", "GET / HTTP/1.1 \r\nHost: test\r\n\r\n", isOurs: false),
        Case("no version", "GET /\r\nHost: test\r\n\r\n", isOurs: false),
        Case("version of the future", "GET / HTTP/2.0\r\nHost: test\r\n\r\n", statuses: [505], isOurs: false),
        Case("lower-case version", "GET / http/1.1\r\nHost: test\r\n\r\n", isOurs: false),
        Case("expectation it can't meet", "GET / HTTP/1.1\r\nHost: test\r\nExpect: tea\r\n\r\n", statuses: [417]),
    ]

    @Test(arguments: heads) func `P4 refuses malformed heads`(_ example: Case) async throws { try await refuses(example) }

    /// The answer's status is one of those expected, in our words where we can answer, and nothing after it reaches a handler.
    private func refuses(_ example: Case) async throws {
        let handled = Shared(0)
        try await withServer(handler: { request in
            handled.update { if request.path == "/smuggled" { $0 += 1 } }
            return await answerForTests(request)
        }) { server in
            let client = server.connect()
            client.send(example.head + example.body + "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n")
            let answer = client.readAnswer()
            #expect(example.statuses.contains(answer?.status ?? 0), "\(answer?.status ?? 0)")
            if example.isOurs { #expect(answer?.text.hasPrefix(#"{"errors":[{"#) == true, "\(answer?.text ?? "")") }
            #expect(client.isClosed)
            #expect(handled.value == 0)
        }
    }

    @Test func `accepts what is unusual but HTTP`() async throws {
        let cases: [(String, String)] = [
            ("SEARCH /a?b=%20c&d HTTP/1.1\r\nHost: test\r\n\r\n", "SEARCH /a b=%20c&d"),
            ("X!#$%&'*+-.^_`|~9 / HTTP/1.1\r\nHost: test\r\n\r\n", "X!#$%&'*+-.^_`|~9 / -"),
            ("\r\n\r\nGET /after-empty-lines HTTP/1.1\r\nHost: test\r\n\r\n", "GET /after-empty-lines -"),
            ("GET http://TEST:80/x?y HTTP/1.1\r\nHost: test:80\r\n\r\n", "GET /x y"),
            ("GET http://test HTTP/1.1\r\nHost: test\r\n\r\n", "GET / -"),
            ("GET http://test?q HTTP/1.1\r\nHost: test\r\n\r\n", "GET / q"),
            ("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n", "OPTIONS * -"),
            ("GET /a? HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET /a "),
            ("GET /a??b=?c HTTP/1.1\r\nHost: a.b-c_d~e\r\n\r\n", "GET /a ?b=?c"),
            ("GET /é HTTP/1.1\r\nHost: test\r\n\r\n", "GET /é -"),
            ("GET //x/../%2e%2e/%00 HTTP/1.1\r\nHost: test\r\n\r\n", "GET //x/../%2e%2e/%00 -"),
            ("GET /old HTTP/1.0\r\n\r\n", "GET /old -"),
        ]
        try await withServer(handler: { text("\($0.method) \($0.path) \($0.query ?? "-")") }) { server in
            for (request, expected) in cases {
                #expect(server.request(request)?.text == expected)
            }
        }
    }

    @Test func `gives headers as they came, without the blanks around`() async throws {
        try await withServer { server in
            let answer = server.get("/describe?x=1", "X-A: \t b c \t\r\nx-a:d\r\nEmpty:\r\nCookie: a=b; c=\"d e\"\r\nX-High: é\r\n")
            #expect(answer?.text == "GET /describe x=1\nHost=test\nX-A=b c\nx-a=d\nEmpty=\nCookie=a=b; c=\"d e\"\nX-High=é")
        }
    }
}

import HTTPServer
import JSONText
import TestSupport
import Testing

/// `contract/attacks.md`, P5: an answer never holds bytes of another's.
@Suite struct PipeliningTests {
    private static func request(_ number: Int) -> String {
        // Every third suspends, every fifth has a body, every seventh is a HEAD.
        if number % 5 == 0 { return "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: \("\(number)".count)\r\n\r\n\(number)" }
        if number % 7 == 0 { return "HEAD /head/\(number) HTTP/1.1\r\nHost: test\r\n\r\n" }
        return "GET /\(number % 3 == 0 ? "suspend" : "plain")?\(number) HTTP/1.1\r\nHost: test\r\n\r\n"
    }

    private static func expected(_ number: Int) -> String {
        if number % 5 == 0 { return "\(number)" }
        if number % 7 == 0 { return "" }
        return number % 3 == 0 ? "rested" : "GET /plain?\(number)"
    }

    @Test(arguments: [1, 7, 1_000, 100_000]) func `P5 answers 100 pipelined requests in order, however they are cut into pieces`(size: Int)
        async throws
    {
        try await withServer { server in
            let client = server.connect()
            let bytes = Array((0..<100).map(Self.request).joined().utf8)
            Thread.run {
                for start in stride(from: 0, to: bytes.count, by: size) {
                    client.send(Array(bytes[start..<min(start + size, bytes.count)]))
                }
            }
            for number in 0..<100 {
                let answer = client.readAnswer(isHead: number % 7 == 0 && number % 5 != 0)
                #expect(answer?.status == 200)
                #expect(answer?.text == Self.expected(number))
            }
        }
    }

    @Test func `P5 a refused request ends the row, after the answers to those before it`() async throws {
        try await withServer { server in
            let client = server.connect()
            client.send(
                (0..<10).map { "GET /suspend?\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }.joined() + "GET /bad HTTP/1.1\r\n\r\n"
                    + "GET /after HTTP/1.1\r\nHost: test\r\n\r\n")
            for _ in 0..<10 { #expect(client.readAnswer()?.text == "rested") }
            #expect(client.readAnswer()?.status == 400)
            #expect(client.isClosed)
        }
    }

    @Test func `P5 many connections at once each get their own answers`() async throws {
        try await withServer(loops: 2) { server in
            let failures = Shared<[String]>([])
            await Thread.join(8) { thread in
                let client = server.connect()
                for number in 0..<200 {
                    client.send(Self.request(number) + "GET /x/\(thread)/\(number) HTTP/1.1\r\nHost: test\r\n\r\n")
                    let first = client.readAnswer(isHead: number % 7 == 0 && number % 5 != 0)?.text
                    let second = client.readAnswer()?.text
                    if first != Self.expected(number) || second != "GET /x/\(thread)/\(number)" {
                        failures.update { $0.append("\(thread) \(number): \(first ?? "-") \(second ?? "-")") }
                    }
                }
            }
            #expect(failures.value == [])
        }
    }

    @Test func `honours Connection close and HTTP 1.0`() async throws {
        try await withServer { server in
            let cases: [(String, Bool)] = [
                ("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", true),
                ("GET / HTTP/1.0\r\n\r\n", true),
                ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false),
                ("GET / HTTP/1.1\r\nHost: test\r\n\r\n", false),
            ]
            for (request, closes) in cases {
                let client = server.connect()
                client.send(request)
                #expect(client.readAnswer()?.status == 200)
                if closes {
                    #expect(client.isClosed)
                } else {
                    client.send(request)
                    #expect(client.readAnswer()?.status == 200)
                }
            }
        }
    }
}

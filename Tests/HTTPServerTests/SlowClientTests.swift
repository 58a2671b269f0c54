import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport
import Testing

/// `contract/attacks.md`, P6: one byte now and then is not activity. Deadlines are short here; nothing sleeps but the clients.
@Suite struct SlowClientTests {
    private static func configure(_ configuration: inout HTTPServerConfiguration) {
        configuration.deadlines.head = .milliseconds(150)
        configuration.deadlines.body = .milliseconds(150)
        configuration.deadlines.answer = .milliseconds(150)
        configuration.deadlines.idle = .milliseconds(300)
        configuration.deadlines.minimumBytesPerSecond = 100_000
    }

    /// Sends one byte every 10 ms until the server closes, and counts them.
    private static func drip(_ client: RawClient, _ byte: UInt8) -> Int {
        for count in 0..<500 {
            guard client.send([byte]) else { return count }
            usleep(10_000)
        }
        return 500
    }

    /// How a client is slow.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let start: String
        var answers = 0
        let phase: HTTPPhase
    }

    static let cases = [
        Case(testDescription: "request line", start: "GET /", phase: .head),
        Case(testDescription: "header", start: "GET / HTTP/1.1\r\nHost: test\r\nX-A: ", phase: .head),
        Case(
            testDescription: "second head", start: "GET / HTTP/1.1\r\nHost: test\r\n\r\n", answers: 1, phase: .head),
        Case(testDescription: "small body", start: "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9000\r\n\r\n", phase: .body),
        Case(testDescription: "large body", start: "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 900000\r\n\r\n", phase: .body),
        Case(
            testDescription: "chunked body", start: "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n",
            phase: .body),
    ]

    @Test(arguments: cases) func `P6 cuts off who sends one byte at a time, and nobody else`(_ example: Case) async throws {
        try await withServer(configure: Self.configure) { server in
            let client = server.connect()
            client.send(example.start)
            for _ in 0..<example.answers { #expect(client.readAnswer()?.status == 200) }
            #expect(Self.drip(client, UInt8(ascii: "x")) < 500)
            #expect(client.readToEnd() != nil)
            #expect(server.events.value.contains(.deadlinePassed(example.phase, address: "127.0.0.1")))
            #expect(server.get("/other")?.status == 200)
        }
    }

    @Test func `P6 cuts off who reads one byte at a time, for bytes and streams`() async throws {
        let block = ByteBuffer([UInt8](repeating: 120, count: 1 << 20))
        let whole = ByteBuffer([UInt8](repeating: 120, count: 64 << 20))
        try await withServer(
            configure: Self.configure,
            handler: { request in
                switch request.path {
                case "/bytes": return HTTPResponse(status: 200, body: .bytes(whole))
                case "/stream":
                    return HTTPResponse(
                        status: 200, body: .stream(length: nil) { writer in while true { try await writer.write(block) } })
                default: return text("other")
                }
            }
        ) { server in
            for path in ["/bytes", "/stream"] {
                let client = RawClient(port: server.port, receiveBuffer: 4_096)
                client.send("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
                // Reads slowly until the server has had enough.
                for _ in 0..<500 where !server.events.value.contains(.deadlinePassed(.answer, address: "127.0.0.1")) {
                    _ = client.read(exactly: 1)
                    usleep(10_000)
                }
                #expect(server.events.value.contains(.deadlinePassed(.answer, address: "127.0.0.1")))
                server.events.update { $0 = [] }
                #expect(server.get("/other")?.status == 200)
            }
        }
    }

    @Test func `closes idle connections, the first and the next, without complaint`() async throws {
        try await withServer(configure: Self.configure) { server in
            let silent = server.connect()
            #expect(silent.isClosed)
            let idle = server.connect()
            idle.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            #expect(idle.readAnswer()?.status == 200)
            #expect(idle.isClosed)
            #expect(server.events.value == [.deadlinePassed(.head, address: "127.0.0.1")])
        }
    }

    @Test func `does not count the handler's time, nor its slowness in reading and writing`() async throws {
        try await withServer(
            configure: Self.configure,
            handler: { request in
                await request.loop.sleep(for: .milliseconds(600))
                var total = 0
                while let piece = try? await request.body.next() {
                    total += piece.count
                    if total % 7 == 0 { await request.loop.sleep(for: .milliseconds(2)) }
                }
                let count = total
                let loop = request.loop
                return HTTPResponse(
                    status: 200,
                    body: .stream(length: nil) { writer in
                        try await writer.write(ByteBuffer("\(count) "))
                        await loop.sleep(for: .milliseconds(600))
                        try await writer.write(ByteBuffer("end"))
                    })
            }
        ) { server in
            let client = server.connect()
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n")
            client.send([UInt8](repeating: 1, count: 1_000_000))
            #expect(client.readAnswer()?.text == "1000000 end")
            #expect(server.events.value == [])
        }
    }
}

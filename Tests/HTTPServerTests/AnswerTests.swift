import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport
import Testing

@Suite struct AnswerTests {
    /// `contract/attacks.md`, P8.
    @Test func `P8 line ends and control bytes in a header never split it`() async throws {
        let headers: [(name: String, value: String)] = [
            ("Location", "/a\r\nSet-Cookie: evil=1"), ("Content-Disposition", "attachment; filename=\"a\nX-Evil: 1\""), ("X-Null", "a\0b"),
            ("X-Tab", "a\tb"), ("X-Evil: 1\r\nX-Other", "c"), ("", "d"), ("X Y", "e"), ("X-Fine", "fő"), ("Content-Length", "999"),
            ("Transfer-Encoding", "gzip"), ("Connection", "X-Fine"), ("date", "never"),
        ]
        try await withServer(handler: { _ in HTTPResponse(status: 200, headers: headers, body: .bytes(ByteBuffer("body"))) }) { server in
            let answer = server.get("/")
            var seen = answer?.headers ?? [:]
            #expect(seen.removeValue(forKey: "date") != "never")
            #expect(
                seen == [
                    "location": "/a  Set-Cookie: evil=1", "content-disposition": "attachment; filename=\"a X-Evil: 1\"", "x-null": "a b",
                    "x-tab": "a b", "x-fine": "fő", "content-length": "4",
                ])
            #expect(answer?.text == "body")
            #expect(server.events.value.count == 7)
        }
    }

    @Test func `P8 takes a request id over only when it is safe, else makes one that is unique`() async throws {
        let cases: [(String, Bool)] = [
            ("abc-DEF_1.2", true), (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false), ("", false),
            ("a b", false), ("a\"b", false), ("é", false), ("a;b", false),
        ]
        try await withServer(handler: { request in text(request.id) }) { server in
            var made: Set<String> = []
            for (id, isSafe) in cases {
                let answer = server.get("/", "X-Request-Id: \(id)\r\n")?.text ?? ""
                #expect((answer == id) == isSafe)
                if !isSafe {
                    #expect(answer.utf8.count == 13)
                    #expect(made.insert(answer).inserted)
                }
            }
        }
    }

    @Test func `HEAD gets the head that GET would get, for every kind of body`() async throws {
        try await withServer(handler: { request in
            let body: HTTPResponse.Body =
                switch request.path {
                case "/bytes": .bytes(ByteBuffer("hello"))
                case "/none": .none
                case "/file": .file(OpenFile(descriptor: open("/dev/zero", O_RDONLY)), offset: 0, length: 7)
                case "/sized": .stream(length: 3) { try await $0.write(ByteBuffer("abc")) }
                default: .stream(length: nil) { try await $0.write(ByteBuffer("abc")) }
                }
            return HTTPResponse(status: 200, headers: [("X-A", "b")], body: body)
        }) { server in
            let client = server.connect()
            for (path, length) in [("/bytes", "5"), ("/none", "0"), ("/file", "7"), ("/sized", "3"), ("/unsized", nil)] {
                client.send("HEAD \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
                let answer = client.readAnswer(isHead: true)
                #expect(answer?.headers["content-length"] == length)
                #expect(answer?.headers["x-a"] == "b")
            }
        }
    }

    @Test func `statuses without a body have none, impossible ones become 500`() async throws {
        let statuses = [204: 204, 304: 304, 200: 200, 418: 418, 599: 599, 999: 999, 100: 500, 101: 500, 99: 500, 1_000: 500, -1: 500]
        try await withServer(handler: { request in
            HTTPResponse(status: Int(request.path.dropFirst()) ?? 0, body: .bytes(ByteBuffer("x")))
        }) { server in
            let client = server.connect()
            for (given, expected) in statuses {
                client.send("GET /\(given) HTTP/1.1\r\nHost: test\r\n\r\n")
                let answer = client.readAnswer()
                #expect(answer?.status == expected)
                #expect(answer?.text == (expected == 204 || expected == 304 ? "" : "x"))
            }
        }
    }

    @Test func `streams chunked, or by length, or until the close for HTTP 1.0`() async throws {
        let pieces = (0..<200).map { "piece \($0), " + String(repeating: "x", count: $0 * 37 % 5_000) }
        let whole = pieces.joined()
        try await withServer(handler: { request in
            let isSized = request.path == "/sized"
            return HTTPResponse(
                status: 200,
                body: .stream(length: isSized ? whole.utf8.count : nil) { writer in
                    for (index, piece) in pieces.enumerated() {
                        try await writer.write(ByteBuffer(piece))
                        if index % 50 == 0 { await request.loop.sleep(for: .milliseconds(1)) }
                    }
                })
        }) { server in
            for _ in 0..<3 {
                let client = server.connect()
                client.send("GET /sized HTTP/1.1\r\nHost: test\r\n\r\nGET /chunked HTTP/1.1\r\nHost: test\r\n\r\n")
                let sized = client.readAnswer()
                #expect(sized?.headers["content-length"] == "\(whole.utf8.count)")
                #expect(sized?.text == whole)
                let chunked = client.readAnswer()
                #expect(chunked?.headers["transfer-encoding"] == "chunked")
                #expect(chunked?.text == whole)
                let old = server.request("GET /chunked HTTP/1.0\r\n\r\n")
                #expect(old?.headers["transfer-encoding"] == nil)
                #expect(old?.text == whole)
            }
        }
    }

    @Test func `a stream holds its producer back when the client does not read`() async throws {
        let written = Shared(0)
        try await withServer(handler: { request in
            guard request.path == "/stream" else { return text("other") }
            return HTTPResponse(
                status: 200,
                body: .stream(length: nil) { writer in
                    for _ in 0..<1_000 {
                        try await writer.write(ByteBuffer([UInt8](repeating: 120, count: 100_000)))
                        written.update { $0 += 100_000 }
                    }
                })
        }) { server in
            let client = RawClient(port: server.port, receiveBuffer: 65_536)
            client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
            #expect(client.readLine() == "HTTP/1.1 200 OK")
            // The other connections' answers show that the loop is alive while the producer stands still.
            var before = -1
            while before != written.value {
                before = written.value
                for _ in 0..<50 { #expect(server.get("/other")?.status == 200) }
            }
            #expect(written.value < 50_000_000)
        }
    }

    @Test func `a stream that fails or is too short cuts the connection and is told`() async throws {
        struct Broken: Error {}
        try await withServer(handler: { request in
            let isShort = request.path == "/short"
            return HTTPResponse(
                status: 200,
                body: .stream(length: isShort ? 100 : nil) { writer in
                    try await writer.write(ByteBuffer("begin"))
                    if !isShort { throw Broken() }
                })
        }) { server in
            #expect(server.get("/fails") == nil)
            #expect(server.get("/short") == nil)
            let failed = server.events.value.filter { if case .streamFailed = $0 { true } else { false } }
            #expect(failed.count == 1)
        }
    }

    @Test func `sends a stretch of a file and closes it`() async throws {
        let path = "/tmp/kerege-http-test-\(getpid())"
        let file = fopen(path, "w")
        for index in 0..<200_000 { fputs("\(index),", file) }
        fclose(file)
        defer { unlink(path) }
        let whole = (0..<200_000).map { "\($0)," }.joined()
        try await withServer(handler: { request in
            HTTPResponse(
                status: 200,
                body: .file(OpenFile(descriptor: open(path, O_RDONLY)), offset: 1_000, length: Int(request.query ?? "0") ?? 0))
        }) { server in
            for length in [0, 1, 5_000, whole.utf8.count - 1_000] {
                #expect(server.get("/?\(length)")?.text == String(whole.dropFirst(1_000).prefix(length)))
            }
            for _ in 0..<200 where Usage.holds(path) { usleep(10_000) }
            #expect(!Usage.holds(path))
        }
    }

    @Test func `hands an upgraded connection over with the bytes sent early, and closes it`() async throws {
        try await withServer(handler: { request in
            HTTPResponse(
                status: 101, headers: [("Upgrade", "echo"), ("X-A", "b")],
                body: .upgrade { connection in
                    connection.loop.startTask {
                        var received = connection.earlyBytes
                        while !received.contains(UInt8(ascii: ".")) {
                            await readable(connection)
                            var piece = [UInt8](repeating: 0, count: 100)
                            let count = read(connection.descriptor, &piece, piece.count)
                            if count == 0 { break }
                            received += piece[..<max(count, 0)]
                        }
                        send(connection.descriptor, received, received.count, Int32(MSG_NOSIGNAL))
                        connection.close()
                        connection.close()
                    }
                })
        }) { server in
            for _ in 0..<50 {
                let client = server.connect()
                client.send("GET /socket HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly,")
                let answer = client.readAnswer(isHead: true)
                #expect(answer?.status == 101)
                #expect(answer?.headers["upgrade"] == "echo")
                #expect(answer?.headers["connection"] == "Upgrade")
                client.send("late.")
                #expect(client.readToEnd() == Array("early,late.".utf8))
            }
        }
    }
}

extension AnswerTests {
    @Test func `an upgraded connection that nobody keeps is closed`() async throws {
        try await withServer(handler: { _ in HTTPResponse(status: 101, headers: [("Upgrade", "x")], body: .upgrade { _ in }) }) { server in
            for _ in 0..<20 {
                let client = server.connect()
                client.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
                #expect(client.readAnswer(isHead: true)?.status == 101)
                #expect(client.isClosed)
            }
        }
    }
}

private func readable(_ connection: UpgradedConnection) async {
    await withCheckedContinuation { continuation in
        nonisolated(unsafe) var watcher: DescriptorWatcher?
        watcher = try? connection.loop.watch(descriptor: connection.descriptor, for: .readable) { _ in
            watcher?.stop()
            continuation.resume()
        }
    }
}

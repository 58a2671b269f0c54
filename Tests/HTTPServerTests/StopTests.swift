import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport
import Testing

@Suite struct StopTests {
    @Test func `stop lets requests in flight finish, closes the rest, and accepts nobody`() async throws {
        let group = try EventLoopGroup(count: 2, name: "http")
        let gate = Gate()
        let waiting = Shared(0)
        let server = HTTPServer(configuration: HTTPServerConfiguration(), loops: group.loops) { request in
            if request.path == "/wait" {
                waiting.update { $0 += 1 }
                await gate.wait()
            }
            return text("done")
        }
        try await server.start()
        let idle = RawClient(port: server.port)
        idle.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(idle.readAnswer()?.text == "done")
        let busy = (0..<10).map { _ in RawClient(port: server.port) }
        for client in busy { client.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n") }
        while waiting.value < 10 { usleep(1_000) }

        async let stopped: Void = server.stop(grace: .seconds(20))
        // On a thread of its own: blocking clients must not keep `stop` from running.
        let answers = Shared<[RawClient.Answer?]>([])
        await Thread.join(1) { _ in
            #expect(idle.isClosed)
            gate.open()
            for client in busy {
                let answer = client.readAnswer()
                answers.update { $0.append(answer) }
                #expect(client.isClosed)
            }
        }
        await stopped
        #expect(answers.value.map { $0?.text } == [String](repeating: "done", count: 10))
        #expect(answers.value.map { $0?.headers["connection"] } == [String](repeating: "close", count: 10))
        group.shutdown()
    }

    /// What a handler is doing when the grace is over.
    enum Stubborn: String, Sendable, CaseIterable {
        case heedsCancellation
        case ignoresCancellation
        case streams
        case uploads
        case upgraded
    }

    @Test(arguments: Stubborn.allCases) func `after the grace everything is cut off`(_ kind: Stubborn) async throws {
        let group = try EventLoopGroup(count: 1, name: "http")
        let reached = Gate()
        let gate = Gate()
        let goodbye = Shared(0)
        let kept = Shared<[UpgradedConnection]>([])
        let server = HTTPServer(configuration: HTTPServerConfiguration(), loops: group.loops) { request in
            let loop = request.loop
            switch kind {
            case .heedsCancellation:
                reached.open()
                await loop.sleep(for: .seconds(3_600))
                return text("cancelled")
            case .ignoresCancellation:
                reached.open()
                await gate.wait()
                return text("too late")
            case .streams:
                return HTTPResponse(
                    status: 200,
                    body: .stream(length: nil) { writer in
                        try await writer.write(ByteBuffer("begin"))
                        reached.open()
                        await gate.wait()
                        try await writer.write(ByteBuffer("end"))
                    })
            case .uploads:
                reached.open()
                while let piece = try? await request.body.next(), !piece.isEmpty {}
                return text("too late")
            case .upgraded:
                return HTTPResponse(
                    status: 101, headers: [("Upgrade", "x")],
                    body: .upgrade { connection in
                        kept.update { $0.append(connection) }
                        connection.onServerStop = { goodbye.update { $0 += 1 } }
                        reached.open()
                    })
            }
        }
        try await server.start()
        let client = RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(kind == .uploads ? 1_000_000 : 0)\r\n\r\n")
        await reached.wait()
        await server.stop(grace: .milliseconds(20))
        let rest = client.readToEnd()
        #expect(rest != nil)
        let answer = String(decoding: rest ?? [], as: UTF8.self)
        #expect(!answer.contains("too late") && !answer.contains("end"))
        #expect(answer.contains("cancelled") == (kind == .heedsCancellation))
        #expect(goodbye.value == (kind == .upgraded ? 1 : 0))
        gate.open()
        group.shutdown()
    }

    @Test func `stop without connections, twice, and without a start returns at once`() async throws {
        let group = try EventLoopGroup(count: 2, name: "http")
        let never = HTTPServer(configuration: HTTPServerConfiguration(), loops: group.loops, handler: answerForTests)
        await never.stop(grace: .seconds(3_600))
        let server = HTTPServer(configuration: HTTPServerConfiguration(), loops: group.loops, handler: answerForTests)
        try await server.start()
        #expect(server.port > 0)
        await server.stop(grace: .seconds(3_600))
        await server.stop(grace: .seconds(3_600))
        group.shutdown()
    }
}

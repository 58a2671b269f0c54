import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport
import Testing

@Suite(.serialized) struct LimitTests {
    @Test func `a head of 1 MB is refused and the connection closed, however it is made up`() async throws {
        let megabyte = String(repeating: "x", count: 1 << 20)
        let heads = [
            "GET /\(megabyte) HTTP/1.1\r\nHost: test\r\n\r\n", "GET / HTTP/1.1\r\nHost: test\r\nX-A: \(megabyte)\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: test\r\n" + String(repeating: "X-A: b\r\n", count: 130_000) + "\r\n", megabyte,
            "GET /" + String(repeating: "?a=b&", count: 200_000) + " HTTP/1.1\r\nHost: test\r\n\r\n",
        ]
        try await withServer { server in
            for head in heads {
                let client = server.connect()
                Thread.run { client.send(head) }
                let status = client.readAnswer()?.status ?? 0
                #expect([400, 414, 431].contains(status), "\(status)")
                #expect(client.readToEnd() != nil)
            }
        }
    }

    @Test func `heads up to the limit are served, with many parameters and cookies`() async throws {
        try await withServer(handler: { text("\($0.query?.utf8.count ?? 0) \($0.headers.count)") }) { server in
            let parameters = String(repeating: "a=b&", count: 5_000)
            #expect(server.get("/?\(parameters)")?.text == "20000 1")
            #expect(server.get("/", "Cookie: " + String(repeating: "a=b; ", count: 100) + "c=d\r\n")?.status == 200)
            #expect(server.get("/", String(repeating: "X-A: b\r\n", count: 100))?.text == "0 101")
            #expect(server.get("/?" + String(repeating: "x", count: 25_000))?.text.contains("headTooLarge") == true)
        }
    }

    @Test func `2000 connections at once are served`() async throws {
        try await withServer(loops: 2) { server in
            var clients: [RawClient] = []
            for _ in 0..<2_000 { clients.append(server.connect()) }
            for round in 0..<2 {
                for client in clients { client.send("GET /\(round == 0 ? "suspend" : "plain") HTTP/1.1\r\nHost: test\r\n\r\n") }
                var answered = 0
                for client in clients where client.readAnswer()?.text == (round == 0 ? "rested" : "GET /plain") { answered += 1 }
                #expect(answered == 2_000)
            }
        }
    }

    @Test func `connections over the limit wait until others close`() async throws {
        try await withServer(configure: { $0.limits.connections = 3 }) { server in
            var clients = (0..<3).map { _ in server.connect() }
            for client in clients {
                client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
                #expect(client.readAnswer()?.status == 200)
            }
            let fourth = server.connect()
            fourth.send("GET /fourth HTTP/1.1\r\nHost: test\r\n\r\n")
            clients.removeLast()
            #expect(fourth.readAnswer()?.text == "GET /fourth")
        }
    }

    @Test func `listens on a unix socket, and replaces a stale one`() async throws {
        let path = "/tmp/kerege-http-\(getpid()).sock"
        for _ in 0..<2 {
            try await withServer(configure: { $0.address = .unix(path: path) }, handler: { text($0.remoteAddress) }) { _ in
                let client = RawClient(unixPath: path)
                client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
                #expect(client.readAnswer()?.text == "unix")
            }
        }
        unlink(path)
    }

    @Test func `says why it can't listen`() async throws {
        let group = try EventLoopGroup(count: 1, name: "http")
        try await withServer { server in
            let taken = HTTPServer(
                configuration: HTTPServerConfiguration(port: UInt16(server.port)), loops: group.loops, handler: answerForTests)
            await #expect(throws: HTTPServerError.system(operation: "bind", code: EADDRINUSE)) { try await taken.start() }
            let nowhere = HTTPServer(
                configuration: HTTPServerConfiguration(host: "no.such.host.invalid"), loops: group.loops, handler: answerForTests)
            await #expect(throws: HTTPServerError.address("no.such.host.invalid")) { try await nowhere.start() }
            let long = HTTPServer(
                configuration: HTTPServerConfiguration(unixPath: String(repeating: "x", count: 200)), loops: group.loops, handler: answerForTests)
            await #expect(throws: HTTPServerError.self) { try await long.start() }
        }
        group.shutdown()
    }
}

import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport
import Testing

@Suite struct BodyTests {
    static let payload = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    /// One body in one of its forms.
    struct Case: Sendable, CustomTestStringConvertible {
        let size: Int
        /// Bytes a chunk; 0 means by length.
        let chunk: Int
        let expectsContinue: Bool
        var testDescription: String { "\(size) bytes, \(chunk == 0 ? "by length" : "chunks of \(chunk)")\(expectsContinue ? ", expects 100" : "")" }

        var head: String {
            "POST /echo HTTP/1.1\r\nHost: test\r\n\(expectsContinue ? "Expect: 100-continue\r\n" : "")"
                + (chunk == 0 ? "Content-Length: \(size)\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n")
        }

        var body: [UInt8] {
            guard chunk > 0 else { return Array(payload[..<size]) }
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: size, by: chunk) {
                let piece = payload[start..<min(start + chunk, size)]
                bytes += Array("\(String(piece.count, radix: 16));extension=\"x\"\r\n".utf8) + piece + Array("\r\n".utf8)
            }
            return bytes + Array("0\r\nTrailer: ignored\r\n\r\n".utf8)
        }
    }

    static let cases = [0, 1, 16_384, 16_385, 300_000].flatMap { size in
        [0, 1_000, 60_000].flatMap { chunk in [false, true].map { Case(size: size, chunk: chunk, expectsContinue: $0) } }
    }

    @Test(arguments: cases) func `collects a body, whatever its form, and keeps the connection`(_ example: Case) async throws {
        try await withServer { server in
            let client = server.connect()
            for _ in 0..<2 {
                client.send(example.head)
                if example.expectsContinue, example.size > 0 || example.chunk > 0 { #expect(client.readAnswer()?.status == 100) }
                client.send(example.body)
                #expect(client.readAnswer()?.body == Array(Self.payload[..<example.size]))
            }
        }
    }

    @Test func `gives a body piece by piece, and holds the client back while the handler is busy`() async throws {
        let gate = Gate()
        let taken = Shared(0)
        try await withServer(handler: { request in
            do {
                guard let first = try await request.body.next() else { return text("empty") }
                await gate.wait()
                var sum = first.reduce(0) { $0 &+ Int($1) }
                while let piece = try await request.body.next() {
                    taken.update { $0 = max($0, piece.count) }
                    sum = piece.reduce(sum) { $0 &+ Int($1) }
                }
                return text("\(sum)")
            } catch { return text("\(error)", status: 400) }
        }) { server in
            let client = server.connect()
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 30000000\r\n\r\n")
            let block = [UInt8](repeating: 1, count: 100_000)
            // The socket's buffers are full long before 30 MB: then the server is held back.
            var sent = 0
            _ = fcntl(client.descriptor, F_SETFL, O_NONBLOCK)
            for _ in 0..<2_000 {
                let count = send(client.descriptor, block, min(block.count, 30_000_000 - sent), Int32(MSG_NOSIGNAL))
                if count > 0 { sent += count } else { usleep(100) }
            }
            #expect(sent < 29_000_000)
            gate.open()
            _ = fcntl(client.descriptor, F_SETFL, 0)
            while sent < 30_000_000 {
                let count = min(block.count, 30_000_000 - sent)
                client.send(Array(block[..<count]))
                sent += count
            }
            #expect(client.readAnswer()?.text == "30000000")
            #expect(taken.value <= 32_768)
        }
    }

    @Test func `a body over the limit is refused: by its length before it is sent, in chunks as they come`() async throws {
        try await withServer(configure: { $0.limits.bodyBytes = 2_000_000 }) { server in
            let early = server.connect()
            early.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n")
            #expect(early.readAnswer()?.text == "tooLarge(limit: 1048576)")
            #expect(early.isClosed)

            let chunked = server.connect()
            chunked.send("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 1, count: 65_536) + Array("\r\n".utf8)
            Thread.run { for _ in 0..<64 where chunked.send(chunk) {} }
            let answer = chunked.readAnswer()
            #expect(answer?.status == 413)
            #expect(answer?.text == "tooLarge(limit: 1048576)")
            #expect(answer?.headers["connection"] == "close")

            let over = server.connect()
            over.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2000001\r\n\r\n")
            #expect(over.readAnswer()?.text.contains("bodyTooLarge") == true)
            #expect(over.isClosed)
        }
    }

    @Test func `throws a short unread body away and keeps the connection, closes it for a long one`() async throws {
        try await withServer { server in
            for (size, keeps) in [(10, true), (60_000, true), (5_000_000, false)] {
                let client = server.connect()
                client.send("POST /ignores HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n")
                Thread.run { client.send([UInt8](repeating: 1, count: size)) }
                #expect(client.readAnswer()?.text == "POST /ignores")
                if keeps {
                    client.send("GET /next HTTP/1.1\r\nHost: test\r\n\r\n")
                    #expect(client.readAnswer()?.text == "GET /next")
                } else {
                    #expect(client.isClosed)
                }
            }
        }
    }

    @Test func `answers in the middle of a body reach a client that still sends`() async throws {
        try await withServer(handler: { request in
            _ = try? await request.body.next()
            return text("seen enough", status: 422)
        }) { server in
            for _ in 0..<20 {
                let client = server.connect()
                client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9000000\r\n\r\n")
                Thread.run { client.send([UInt8](repeating: 1, count: 9_000_000)) }
                let answer = client.readAnswer()
                #expect(answer?.status == 422)
                #expect(answer?.text == "seen enough")
            }
        }
    }

    @Test func `ignore lets the handler go on while the body is thrown away`() async throws {
        try await withServer(handler: { request in
            request.body.ignore()
            await request.loop.sleep(for: .milliseconds(20))
            let rest = try? await request.body.next()
            return text("\(rest == .some(nil) ? "end" : "bytes")")
        }) { server in
            let client = server.connect()
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3000000\r\n\r\n")
            client.send([UInt8](repeating: 1, count: 3_000_000))
            #expect(client.readAnswer()?.text == "end")
        }
    }

    @Test func `a request made by hand has its body at once, and is checked`() async throws {
        let group = try EventLoopGroup(count: 1, name: "test")
        let loop = group.loops[0]
        let body = await withCheckedContinuation { continuation in
            loop.execute {
                loop.startTask {
                    let request = try? HTTPRequest(method: "POST", target: "/a?b", body: [1, 2, 3], loop: loop)
                    continuation.resume(returning: (try? await request?.body.collect(limit: 3)) ?? [])
                }
            }
        }
        #expect(body == [1, 2, 3])
        #expect(throws: HTTPRefusal.malformedHead) { try HTTPRequest(method: "GET", target: "/a b", loop: loop) }
        #expect(throws: HTTPRefusal.badHost) { try HTTPRequest(method: "GET", target: "/", headers: [], loop: loop) }
        group.shutdown()
    }
}

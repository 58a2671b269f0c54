import EventLoops
import Glibc
import HTTPServer
import JSONText
import Testing

/// `contract/attacks.md`, P7: a client that hangs up leaves nothing behind.
@Suite(.serialized) struct HangUpTests {
    @Test func `P7 cancels the request's task when the client hangs up while it waits`() async throws {
        let cancelled = Gate()
        try await withServer(handler: { request in
            await request.loop.sleep(for: .seconds(3_600))
            cancelled.open()
            return text("too late")
        }) { server in
            for resets in [false, true] {
                var client: RawClient? = server.connect()
                client?.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
                if resets { client?.reset() }
                client = nil
                await cancelled.wait()
            }
        }
    }

    @Test func `P7 ends the body when the client hangs up while it uploads`() async throws {
        let failures = Shared<[HTTPBodyError]>([])
        let failed = Gate()
        try await withServer(handler: { request in
            do throws(HTTPBodyError) {
                while try await request.body.next() != nil {}
            } catch {
                failures.update { $0.append(error) }
                failed.open()
            }
            return text("too late")
        }) { server in
            var client: RawClient? = server.connect()
            client?.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\nsome")
            client = nil
            await failed.wait()
            #expect(failures.value == [.aborted])
        }
    }

    @Test func `P7 ends the upload of a client that hangs up while the handler is slow to read`() async throws {
        let failed = Gate()
        try await withServer(handler: { request in
            _ = try? await request.body.next()
            await request.loop.sleep(for: .seconds(3_600))
            do { while try await request.body.next() != nil {} } catch { failed.open() }
            return text("too late")
        }) { server in
            var client: RawClient? = server.connect()
            client?.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n")
            client?.send([UInt8](repeating: 1, count: 100_000))
            client = nil
            await failed.wait()
        }
    }

    @Test(arguments: [true, false]) func `P7 ends a stream when the client hangs up, busy or at rest`(isBusy: Bool) async throws {
        let closed = Gate()
        try await withServer(handler: { request in
            let loop = request.loop
            return HTTPResponse(
                status: 200,
                body: .stream(length: nil) { writer in
                    defer { closed.open() }
                    try await writer.write(ByteBuffer("first"))
                    if !isBusy { await loop.sleep(for: .seconds(3_600)) }
                    while true { try await writer.write(ByteBuffer([UInt8](repeating: 1, count: 100_000))) }
                })
        }) { server in
            var client: RawClient? = server.connect()
            client?.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            while let line = client?.readLine(), !line.isEmpty {}
            #expect(client?.readByte() != nil)
            client = nil
            await closed.wait()
        }
    }

    /// Ten thousand would take a minute; a leak of one descriptor or 100 bytes a round shows in a thousand.
    @Test func `P7 leaves no descriptor and no memory behind`() async throws {
        let block = ByteBuffer([UInt8](repeating: 120, count: 200_000))
        let running = Shared(0)
        try await withServer(
            loops: 2,
            handler: { request in
                running.update { $0 += 1 }
                defer { running.update { $0 -= 1 } }
                switch request.path {
                case "/upload":
                    while let piece = try? await request.body.next(), !piece.isEmpty {}
                    return text("read")
                case "/stream":
                    return HTTPResponse(
                        status: 200,
                        body: .stream(length: nil) { writer in for _ in 0..<100 { try await writer.write(block) } })
                case "/file":
                    return HTTPResponse(status: 200, body: .file(OpenFile(descriptor: open("/proc/self/exe", O_RDONLY)), offset: 0, length: 100_000))
                default:
                    await request.loop.sleep(for: .milliseconds(1))
                    return text("waited")
                }
            }
        ) { server in
            let requests = [
                "GET /wait HTTP/1.1\r\nHost: test\r\n\r\n", "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 999999\r\n\r\nsome",
                "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n", "GET /file HTTP/1.1\r\nHost: test\r\n\r\n", "GET / HT",
            ]
            @Sendable func rounds(_ count: Int) async {
                await Thread.join(4) { thread in
                    for round in 0..<count {
                        let client = server.connect()
                        let request = requests[(round + thread) % requests.count]
                        client.send(request)
                        if round % 2 == 0 { client.reset() }
                        // Some wait for the answer to begin.
                        if round % 3 == 0, request.hasPrefix("GET /"), request.hasSuffix("\r\n\r\n") { _ = client.readByte() }
                    }
                }
            }
            await rounds(100)
            let (descriptors, memory) = (Usage.descriptors, Usage.residentBytes)
            await rounds(500)
            // What is left ends at the next look for hang-ups. Suites beside this one open descriptors too, fewer than a kind of request that leaks.
            for _ in 0..<400 where running.value > 0 || Usage.descriptors > descriptors + 100 { usleep(10_000) }
            #expect(running.value == 0)
            #expect(Usage.descriptors <= descriptors + 100)
            // Sanitizers keep freed memory for a while.
            #expect(Usage.residentBytes - memory < (Usage.isSanitized ? 64 : 16) << 20)
        }
    }
}

/// What the process holds.
enum Usage {
    static let isSanitized = dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil

    static var descriptors: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }

    /// Whether any descriptor of the process is open on the file at `path`.
    static func holds(_ path: String) -> Bool {
        (0..<4_096).contains { descriptor in
            var target = [CChar](repeating: 0, count: 4_096)
            let length = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
            return length > 0 && String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) == path
        }
    }

    static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        guard fgets(&line, 200, file) != nil else { return 0 }
        let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4_096
    }
}

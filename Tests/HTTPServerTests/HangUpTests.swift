import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport
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
        // A file that nobody else in this process opens.
        var name = Array("/tmp/kerege-hang-up-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(descriptor >= 0 && ftruncate(descriptor, 100_000) == 0)
        close(descriptor)
        defer { unlink(path) }
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
                    return HTTPResponse(status: 200, body: .file(OpenFile(descriptor: open(path, O_RDONLY)), offset: 0, length: 100_000))
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
            let memory = Usage.residentBytes
            await rounds(500)
            // What is left ends at the next look for hang-ups. One listening socket for each loop stays.
            func isLeft() -> Bool { running.value > 0 || Usage.sockets(boundTo: server.port) > 2 || Usage.holds(path) }
            for _ in 0..<400 where isLeft() { usleep(10_000) }
            #expect(running.value == 0)
            #expect(Usage.sockets(boundTo: server.port) == 2)
            #expect(!Usage.holds(path))
            // Sanitizers keep freed memory for a while, that of the suites beside this one too.
            #expect(Usage.isSanitized || Usage.residentBytes - memory < 16 << 20)
        }
    }
}

/// What the process holds.
enum Usage {
    static let isSanitized = dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil

    /// How many sockets of this process have this port on their own side: a server's.
    static func sockets(boundTo port: Int) -> Int {
        descriptors.count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isSocket = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
            }
            return isSocket && address.sin_family == sa_family_t(AF_INET) && Int(UInt16(bigEndian: address.sin_port)) == port
        }
    }

    /// Whether any descriptor of the process is open on the file at `path`.
    static func holds(_ path: String) -> Bool {
        descriptors.contains { descriptor in
            var target = [CChar](repeating: 0, count: 4_096)
            let length = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
            return length > 0 && String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) == path
        }
    }

    private static var descriptors: [Int32] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var found: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name) { found.append(number) }
        }
        return found
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

import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport

/// A value that closures on different threads share.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Locked<Value>

    init(_ value: Value) { mutex = Locked(value) }

    var value: Value { mutex.withLock { $0 } }

    func update(_ body: (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}

/// Something to wait for: opened once, by anybody.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A running server, as the body of `withServer` sees it.
struct TestServer: Sendable {
    let server: HTTPServer
    let loops: [EventLoop]
    let events: Shared<[HTTPServerEvent]>

    var port: Int { server.port }

    func connect() -> RawClient { RawClient(port: port) }

    /// One request on a connection of its own.
    func request(_ text: String, isHead: Bool = false) -> RawClient.Answer? {
        let client = connect()
        client.send(text)
        return client.readAnswer(isHead: isHead)
    }

    func get(_ target: String, _ headers: String = "") -> RawClient.Answer? {
        request("GET \(target) HTTP/1.1\r\nHost: test\r\n\(headers)\r\n")
    }
}

/// Runs `body` against a server, then stops it.
func withServer(
    loops: Int = 1, configure: (inout HTTPServerConfiguration) -> Void = { _ in }, grace: Duration = .seconds(5),
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse = answerForTests, body: (TestServer) async throws -> Void
) async throws {
    let group = try EventLoopGroup(count: loops, name: "http")
    var configuration = HTTPServerConfiguration()
    configure(&configuration)
    let events = Shared<[HTTPServerEvent]>([])
    let server = HTTPServer(
        configuration: configuration, loops: group.loops,
        refusal: { refusal in
            HTTPResponse(
                status: refusal.status, headers: [(name: "Content-Type", value: "application/json")],
                body: .bytes(ByteBuffer(#"{"errors":[{"message":"\#(refusal)","extensions":{"code":"REFUSED"}}]}"#)))
        }, events: { event in events.update { $0.append(event) } }, handler: handler)
    try await server.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body(TestServer(server: server, loops: group.loops, events: events))) } catch { result = .failure(error) }
    await server.stop(grace: grace)
    group.shutdown()
    try result.get()
}

func text(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: [(name: "Content-Type", value: "text/plain")], body: .bytes(ByteBuffer(text)))
}

/// What the server under test answers where a test brings no handler of its own.
@Sendable func answerForTests(_ request: HTTPRequest) async -> HTTPResponse {
    switch request.path {
    case "/echo":
        do { return HTTPResponse(status: 200, body: .bytes(ByteBuffer(try await request.body.collect(limit: 1 << 20)))) } catch {
            return text("\(error)", status: 413)
        }
    case "/suspend":
        await request.loop.sleep(for: .milliseconds(1))
        return text("rested")
    case "/describe":
        var lines = ["\(request.method) \(request.path) \(request.query ?? "-")"]
        request.headers.forEach { lines.append("\($0)=\($1)") }
        return text(lines.joined(separator: "\n"))
    default: return text("\(request.method) \(request.target)")
    }
}

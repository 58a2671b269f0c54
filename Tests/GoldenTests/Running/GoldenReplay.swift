/// The outcome of one case.
struct GoldenResult: Sendable {
    let id: String
    let faults: [Fault]
}

/// Replays a group: seed first, then every case in order.
struct GoldenReplay {
    private(set) var session: GoldenSession
    private(set) var results: [GoldenResult] = []
    /// Whether the server stopped answering, so that the rest was not sent.
    private(set) var isDead = false
    private let only: [Glob]

    /// - Parameter only: globs on the cases' ids; the others that write or capture still run, but do not count. Empty: all.
    init(port: UInt16, only: [Glob]) throws {
        session = GoldenSession(port: port, adminToken: GoldenServer.adminToken)
        self.only = only
        try session.meetAdministrator()
    }

    /// Sends the requests that must succeed.
    mutating func seed(_ lines: [GoldenLine]) throws {
        for (index, line) in lines.enumerated() {
            switch line {
            case .caller(let name, let token): session.declare(caller: name, token: token)
            case .script: throw GoldenFormatError.incomplete("seed step \(index + 1) is a script")
            case .request(let request):
                let answer = try session.send(request)
                if answer.status >= 400 {
                    throw SeedError(
                        step: index + 1, request: "\(request.method) \(request.path)", status: answer.status, answer: short(answer.content))
                }
            }
        }
    }

    mutating func run(_ lines: [GoldenLine]) {
        var silent = 0
        for line in lines {
            switch line {
            case .caller(let name, let token): session.declare(caller: name, token: token)
            case .script(let id, let requests):
                // No WebSocket client yet: the plain requests still run, so that later cases find their rows.
                for request in requests { _ = try? session.send(request) }
                note(id, [Fault(place: "websocket", kind: "not replayed yet", detail: "")])
            case .request(let request):
                let counts = isWanted(request.id)
                if !counts, request.captures.isEmpty, request.method == "GET" { continue }
                do {
                    let faults = try check(request)
                    if counts { note(request.id, faults) }
                    silent = 0
                } catch {
                    note(request.id, [Fault(place: "request", kind: "no answer", detail: "\(error)")])
                    if error is WireError { silent += 1 }
                    if silent >= 5 {
                        isDead = true
                        return
                    }
                }
            }
        }
    }

    private mutating func check(_ request: GoldenRequest) throws -> [Fault] {
        let answer = try session.send(request)
        guard let want = request.expectation else { throw GoldenFormatError.incomplete("case \(request.id) expects nothing") }
        return session.check(answer, against: want, unordered: request.unordered)
    }

    private func isWanted(_ id: String) -> Bool { only.isEmpty || only.contains { $0.matches(id) } }

    private mutating func note(_ id: String, _ faults: [Fault]) {
        if isWanted(id) { results.append(GoldenResult(id: id, faults: faults)) }
    }
}

struct SeedError: Error, CustomStringConvertible {
    let step: Int
    let request: String
    let status: Int
    let answer: String

    var description: String { "seed step \(step), \(request): \(status) \(answer)" }
    /// Without anything of the answer.
    var outline: String { "seed step \(step): \(status)" }
}

internal import SQLText

#if DEBUG
    typealias JobContinuation = CheckedContinuation<Void, Never>

    func withJobContinuation(_ body: (JobContinuation) -> Void) async {
        await withCheckedContinuation(body)
    }
#else
    typealias JobContinuation = UnsafeContinuation<Void, Never>

    func withJobContinuation(_ body: (JobContinuation) -> Void) async {
        await withUnsafeContinuation(body)
    }
#endif

/// Something a task waits for: statements up to one Sync, a script, or a connection to itself.
/// State can go: `new` -> `waiting` -> `running` -> `finished`, and from each to `finished`.
///
/// `@unchecked Sendable`: touched on its loop only.
final class Job: @unchecked Sendable {
    enum Kind {
        /// Pipelined statements and one Sync.
        case statements
        /// Text for the simple protocol.
        case script(String)
        /// The connection itself.
        case lease
    }

    enum State {
        case new, waiting, running, finished
    }

    let kind: Kind
    /// Prologue, the caller's own, epilogue.
    let statements: [SQLStatement]
    let prologueCount: Int
    let epilogueCount: Int
    /// Whether the connection stands outside a transaction when the job begins, so that the statement cache may be tidied first.
    let startsOutsideTransaction: Bool

    private(set) var state = State.new
    /// When it began to wait for a connection, in the loop's milliseconds.
    var waitingSince: UInt64 = 0
    private(set) var runningSince = ContinuousClock.now
    /// Where it runs; what a lease was given. Let go when a job of statements or a script ends.
    private(set) var connection: Connection?
    private(set) var error: PostgresError?
    /// The only result of a job of one statement; the first of others.
    private(set) var firstResult: PostgresResult?
    private(set) var furtherResults: [PostgresResult] = []
    /// The command tag of the last statement of the epilogue.
    private(set) var epilogueTag: String?
    /// How many statements have been answered.
    private var answered = 0
    var cancelRequested = false
    /// Long enough to be spread over the shared connections.
    var takesLong = false
    /// The second run after stale statements: sent whole, so that no other job's prepared statement can fail it again.
    var isRetry = false
    private var continuation: JobContinuation?

    init(
        _ statements: [SQLStatement], prologue: [SQLStatement] = [], epilogue: [SQLStatement] = [], startsOutsideTransaction: Bool
    ) {
        kind = .statements
        self.statements = prologue.isEmpty && epilogue.isEmpty ? statements : prologue + statements + epilogue
        prologueCount = prologue.count
        epilogueCount = epilogue.count
        self.startsOutsideTransaction = startsOutsideTransaction
    }

    init(script: String) {
        kind = .script(script)
        statements = []
        prologueCount = 0
        epilogueCount = 0
        startsOutsideTransaction = false
    }

    private init(kind: Kind) {
        self.kind = kind
        statements = []
        prologueCount = 0
        epilogueCount = 0
        startsOutsideTransaction = false
    }

    static func lease() -> Job { Job(kind: .lease) }

    var isFinished: Bool { state == .finished }

    var results: [PostgresResult] {
        firstResult.map { [$0] + furtherResults } ?? []
    }

    /// Lets the caller's task wait; `finish` resumes it.
    func wait(_ continuation: JobContinuation) {
        if state == .finished { continuation.resume() } else { self.continuation = continuation }
    }

    func becomeWaiting() {
        if state == .new { state = .waiting }
    }

    func becomeRunning(on connection: Connection) {
        if state != .finished { state = .running }
        runningSince = .now
        self.connection = connection
    }

    /// One statement was answered well.
    func receive(_ result: PostgresResult) {
        let index = answered
        answered += 1
        if case .statements = kind {
            guard index >= prologueCount else { return }
            guard index < statements.count - epilogueCount else {
                epilogueTag = result.commandTag
                return
            }
        }
        if firstResult == nil { firstResult = result } else { furtherResults.append(result) }
    }

    /// One statement was answered by an error; the first error counts.
    func fail(_ fault: ServerFault) {
        guard error == nil else { return }
        var fault = fault
        fault.statementIndex = statementIndex(answered)
        if fault.sqlState == .queryCanceled {
            error = cancelRequested ? .cancelled : .timeout(statementIndex: fault.statementIndex)
        } else {
            error = .server(fault)
        }
    }

    /// The last word on the job: resumes its task. Later calls do nothing.
    func finish(_ error: PostgresError? = nil) {
        guard state != .finished else { return }
        state = .finished
        if case .lease = kind {} else { connection = nil }
        if self.error == nil { self.error = error }
        continuation?.resume()
        continuation = nil
    }

    /// The task was cancelled.
    func cancel() {
        switch state {
        case .new, .waiting: finish(.cancelled)
        case .running: connection?.cancel(self)
        case .finished: break
        }
    }

    /// The index among the caller's own statements.
    private func statementIndex(_ index: Int) -> Int? {
        switch kind {
        case .script: index
        case .lease: nil
        case .statements: index >= prologueCount && index < statements.count - epilogueCount ? index - prologueCount : nil
        }
    }
}

/// The body of a request. Read once, on the request's loop, by one reader at a time.
///
/// Nothing is read from the client before the handler asks (small bodies excepted), so that `Expect: 100-continue` means something and a slow
/// handler slows the client down. What the handler leaves unread is thrown away when it is short, else the connection is closed after the answer.
///
/// `@unchecked Sendable`: only on the request's loop.
package final class HTTPRequestBody: @unchecked Sendable {
    private enum Reader {
        case none
        case piece(CheckedContinuation<Result<[UInt8]?, HTTPBodyError>, Never>)
        case everything(limit: Int, CheckedContinuation<Result<[UInt8], HTTPBodyError>, Never>)
    }

    /// The length the client has announced, nil when the body is chunked.
    package let declaredLength: Int?
    private let hardLimit: Int
    // Until the exchange ends (`detach`).
    private var exchange: Exchange?
    private var held: [UInt8] = []
    private var total = 0
    private var reader = Reader.none
    private var isComplete = false
    private var isIgnored = false
    private var failure: HTTPBodyError?

    init(length: ParsedHead.BodyLength, hardLimit: Int, exchange: Exchange) {
        switch length {
        case .none: declaredLength = 0
        case .known(let length): declaredLength = length
        case .chunked: declaredLength = nil
        }
        self.hardLimit = hardLimit
        self.exchange = exchange
        isComplete = length == .none
    }

    /// No body. Shared by all loops: nothing in it is written to, as it is complete and empty.
    static let empty = HTTPRequestBody(bytes: [])

    /// A body that is all there.
    init(bytes: [UInt8]) {
        declaredLength = bytes.count
        hardLimit = .max
        held = bytes
        isComplete = true
    }

    /// The whole body, or what is left of it.
    /// - Throws: `.tooLarge` at once where the announced length is over `limit`, else as soon as it is passed; `.aborted`.
    package func collect(limit: Int) async throws(HTTPBodyError) -> [UInt8] {
        let limit = min(limit, hardLimit)
        if let failure { throw failure }
        guard max(declaredLength ?? 0, held.count) <= limit else { throw fail(.tooLarge(limit: limit)) }
        if isComplete || isIgnored { return takeHeld() }
        if let declaredLength { held.reserveCapacity(min(declaredLength, 1 << 20)) }
        return try await withCheckedContinuation { continuation in
            reader = .everything(limit: limit, continuation)
            exchange?.bodyIsWanted()
        }.get()
    }

    /// The next piece, of the size it came in (32 KB at most); nil at the end.
    /// - Throws: `.tooLarge` past the server's own limit; `.aborted`.
    package func next() async throws(HTTPBodyError) -> [UInt8]? {
        if let failure { throw failure }
        if !held.isEmpty { return takeHeld() }
        if isComplete || isIgnored { return nil }
        return try await withCheckedContinuation { continuation in
            reader = .piece(continuation)
            exchange?.bodyIsWanted()
        }.get()
    }

    /// Throws away what is still to come, while the handler goes on: who reads from here on finds the end.
    package func ignore() {
        if !held.isEmpty { held = [] }
        guard !isComplete, failure == nil else { return }
        isIgnored = true
        exchange?.bodyIsUnwanted()
    }

    // MARK: what the exchange tells

    /// Keeps `bytes`, or hands them to the reader. Returns whether more is wanted now.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        total += bytes.count
        if total > limitOfReader {
            finish(with: .tooLarge(limit: limitOfReader))
            return false
        }
        if case .piece(let continuation) = reader {
            reader = .none
            continuation.resume(returning: .success([UInt8](bytes)))
            return false
        }
        held.append(contentsOf: bytes)
        return true
    }

    func complete() {
        guard !isComplete, failure == nil else { return }
        isComplete = true
        let reader = self.reader
        self.reader = .none
        switch reader {
        case .none: break
        case .piece(let continuation): continuation.resume(returning: .success(nil))
        case .everything(_, let continuation): continuation.resume(returning: .success(takeHeld()))
        }
    }

    /// The exchange has ended.
    func detach() {
        abort()
        if exchange != nil { exchange = nil }
    }

    /// No more will come.
    func abort() {
        guard !isComplete else { return }
        finish(with: .aborted)
    }

    private var limitOfReader: Int {
        if case .everything(let limit, _) = reader { return limit }
        return hardLimit
    }

    private func takeHeld() -> [UInt8] {
        guard !held.isEmpty else { return [] }
        let bytes = held
        held = []
        return bytes
    }

    private func fail(_ error: HTTPBodyError) -> HTTPBodyError {
        failure = error
        return error
    }

    private func finish(with error: HTTPBodyError) {
        guard failure == nil else { return }
        failure = error
        held = []
        let reader = self.reader
        self.reader = .none
        switch reader {
        case .none: break
        case .piece(let continuation): continuation.resume(returning: .failure(error))
        case .everything(_, let continuation): continuation.resume(returning: .failure(error))
        }
    }
}

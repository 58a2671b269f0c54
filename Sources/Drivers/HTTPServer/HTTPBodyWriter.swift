package import JSONText

/// Where a streamed answer is written. On the request's loop, by one writer at a time.
///
/// `@unchecked Sendable`: only on the request's loop.
package final class HTTPBodyWriter: @unchecked Sendable {
    /// Bytes that may wait for the client before `write` waits too.
    private static let highWater = 262_144

    enum Pull: Equatable {
        case copied(Int)
        /// Nothing to send yet: the connection rests until something is written.
        case empty
        case finished
        case failed
    }

    private enum End {
        case open
        case finished
        case failed
        /// The client is gone.
        case closed
    }

    // Until the exchange ends (`close`).
    private var exchange: Exchange?
    private var pieces: [ByteBuffer] = []
    private var firstPiece = 0
    private var offset = 0
    private var waiting = 0
    private var end = End.open
    private var room: CheckedContinuation<Void, Never>?

    private let sink: ((ByteBuffer) -> Void)?

    init(exchange: Exchange) {
        self.exchange = exchange
        sink = nil
    }

    /// For a body that goes nowhere but to this closure.
    package init(to sink: @escaping (ByteBuffer) -> Void) { self.sink = sink }

    /// Gives bytes to the client; waits while more than 256 KB stand in line.
    /// - Throws: `HTTPAnswerClosed` when the client is gone.
    package func write(_ bytes: ByteBuffer) async throws(HTTPAnswerClosed) {
        guard end == .open else { throw HTTPAnswerClosed() }
        guard bytes.count > 0 else { return }
        if let sink { return sink(bytes) }
        pieces.append(bytes)
        waiting += bytes.count
        exchange?.streamHasBytes()
        guard waiting > Self.highWater else { return }
        await withCheckedContinuation { room = $0 }
        guard end == .open else { throw HTTPAnswerClosed() }
    }

    // MARK: what the exchange tells and asks

    /// Copies what is there into the library's buffer.
    func pull(into buffer: UnsafeMutableRawBufferPointer) -> Pull {
        guard end != .closed else { return .failed }
        var copied = 0
        while copied < buffer.count, firstPiece < pieces.count {
            let piece = pieces[firstPiece]
            let count = min(buffer.count - copied, piece.count - offset)
            piece.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[copied..<(copied + count)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
            }
            copied += count
            offset += count
            if offset == piece.count { dropFirstPiece() }
        }
        waiting -= copied
        if waiting <= Self.highWater / 2 { makeRoom() }
        guard copied == 0 else { return .copied(copied) }
        switch end {
        case .open: return .empty
        case .finished: return .finished
        case .failed, .closed: return .failed
        }
    }

    func finish(failed: Bool) {
        guard end == .open else { return }
        end = failed ? .failed : .finished
        exchange?.streamHasBytes()
    }

    /// The exchange has ended, or the client is gone.
    func close() {
        end = .closed
        exchange = nil
        pieces = []
        firstPiece = 0
        makeRoom()
    }

    private func dropFirstPiece() {
        offset = 0
        firstPiece += 1
        if firstPiece == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            firstPiece = 0
        } else if firstPiece >= 64 {
            pieces.removeFirst(firstPiece)
            firstPiece = 0
        }
    }

    private func makeRoom() {
        room?.resume()
        room = nil
    }
}

internal import Glibc
internal import Synchronization

/// Writes whole lines to a descriptor. A reader that does not read is waited for briefly, then lines are dropped: logging never stops the
/// server. How many were dropped is said on the next line that gets through.
final class LineOutput: Sendable {
    private struct State {
        var dropped = 0
        /// The last line was cut off in its middle, so the next must begin on a new line.
        var torn = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())
    private static let patienceMilliseconds: Int32 = 100

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    var isTerminal: Bool { isatty(descriptor) == 1 }

    func write(_ line: [UInt8]) {
        state.withLock { state in
            if state.dropped > 0 || state.torn {
                let remark =
                    (state.torn ? "\n" : "")
                    + (state.dropped > 0 ? "{\"level\":\"warning\",\"message\":\"lines dropped\",\"count\":\(state.dropped)}\n" : "")
                guard send([UInt8](remark.utf8)) == .whole else {
                    state.dropped += 1
                    return
                }
                state = State()
            }
            switch send(line) {
            case .whole: break
            case .part:
                state.torn = true
                state.dropped += 1
            case .nothing: state.dropped += 1
            }
        }
    }

    private enum Outcome {
        case whole, part, nothing
    }

    private func send(_ bytes: [UInt8]) -> Outcome {
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
            if result >= 0 {
                sent += result
            } else if errno == EINTR {
                continue
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if poll(&request, 1, LineOutput.patienceMilliseconds) <= 0 { break }
            } else {
                break
            }
        }
        return sent == bytes.count ? .whole : sent > 0 ? .part : .nothing
    }
}

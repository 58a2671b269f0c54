import Glibc
import HTTPServer
import TestSupport
import Testing

/// The values behind the server, without sockets.
@Suite struct StateTests {
    /// Drives an exchange by letters: `h` head, `b` 1 000 bytes of body, `c` complete, as the library calls; `w` the handler wants body, `i` it
    /// ignores the body, `a` it answers, `g` the server gives up. Upper-case steps are what came out; `s` starts the handler.
    private static func trace(_ script: String, length: ParsedHead.BodyLength, expectsContinue: Bool = false) -> String {
        var state = ExchangeState()
        state.bodyLength = length
        state.expectsContinue = expectsContinue
        var trace = ""
        func perform(_ call: ExchangeState.Call) {
            while true {
                switch state.next(call) {
                case .start:
                    trace += "s"
                    state.handler = .running
                    continue
                case .proceed: trace += "P"
                case .take: trace += "T"
                case .hold:
                    trace += "H"
                    state.isSuspended = true
                case .queue:
                    trace += "Q"
                    state.handler = .sent
                case .writeAndClose: trace += "W"
                case .drop: trace += "D"
                }
                return
            }
        }
        for letter in script {
            switch letter {
            case "h": perform(.head)
            case "b": perform(.bytes(1_000))
            case "c": perform(.complete)
            case "w": trace += state.bodyIsWanted() ? "R" : "-"
            case "n": state.appetite = .none
            case "i": trace += state.bodyIsUnwanted() ? "R" : "-"
            case "a": trace += state.handlerAnswered() ? "R" : "-"
            case "g": trace += state.abandon() ? "R" : "-"
            default: trace += "?"
            }
        }
        return trace
    }

    @Test func `an exchange takes each of its ways`() {
        let cases: [(String, String, ParsedHead.BodyLength, String)] = [
            ("no body, answered in time", "hc", .none, "PsH"),
            ("no body, answered later", "hcac", .none, "PsHRQ"),
            ("small body is read before the handler starts", "hbbcac", .known(2_000), "PTTsHRQ"),
            ("large body waits for the handler", "hwhbbcac", .known(200_000), "sHRPTTHRQ"),
            ("a handler that wants no more holds the client back", "hwhbnbwbcac", .known(200_000), "sHRPTHRTHRQ"),
            ("answered at the head, long rest", "hah", .known(200_000), "sHRQ"),
            ("answered at the head, short rest is thrown away", "hahbbc", .known(20_000), "sHRPPPQ"),
            ("answered in the middle, long rest", "hwhbab", .known(200_000), "sHRPT-W"),
            ("ignored", "hihbbcac", .known(200_000), "sHRPPPHRQ"),
            ("chunked", "hwhbbcac", .chunked, "sHRPTTHRQ"),
            ("given up while it waits", "hcgc", .none, "PsHRD"),
            ("given up while it reads", "hwhbgb", .chunked, "sHRPT-D"),
        ]
        for (name, script, length, expected) in cases {
            #expect(Self.trace(script, length: length) == expected, "\(name)")
        }
        #expect(Self.trace("hah", length: .known(2_000), expectsContinue: true) == "sHRQ", "a client that waits for 100 is answered at once")
    }

    @Test func `a client has as long as its phase allows`() {
        var deadlines = HTTPServerConfiguration.Deadlines()
        deadlines.minimumBytesPerSecond = 1_000
        let limits = ConnectionClock.Limits(deadlines)
        func isOverdue(_ clock: inout ConnectionClock, _ now: UInt64, _ counter: UInt64? = nil) -> Bool {
            clock.isOverdue(now: now, limits: limits, progress: counter.map { .init(acknowledged: $0, received: $0) })
        }
        var clock = ConnectionClock(now: 1_000)
        #expect(!isOverdue(&clock, 11_000))
        #expect(isOverdue(&clock, 11_001))

        clock.enter(.body, now: 12_000)
        #expect(!isOverdue(&clock, 72_000))
        #expect(isOverdue(&clock, 72_001))
        clock.receivedBody(5_000)
        #expect(!isOverdue(&clock, 77_000))
        clock.enter(.handling, now: 50_000)
        #expect(!isOverdue(&clock, 9_000_000))
        clock.enter(.body, now: 9_000_000)
        #expect(!isOverdue(&clock, 9_027_000))
        #expect(isOverdue(&clock, 9_027_001))

        clock.enter(.answer, now: 10_000_000)
        #expect(!isOverdue(&clock, 10_001_000, 500))
        #expect(!isOverdue(&clock, 10_060_001, 60_500))
        #expect(isOverdue(&clock, 10_120_002, 120_499))

        clock.enter(.idle, now: 11_000_000)
        #expect(!isOverdue(&clock, 11_001_000, 500))
        #expect(!isOverdue(&clock, 11_060_000, 500))
        #expect(isOverdue(&clock, 11_060_001, 500))
        #expect(!isOverdue(&clock, 11_060_001, 501))
        #expect(clock.phase == .head)
        #expect(isOverdue(&clock, 11_070_002, 501))
    }

    @Test func `addresses are text, and counted where they are not the machine's own`() {
        let cases: [(String, Int32, String, String?)] = [
            ("192.0.2.7", AF_INET, "192.0.2.7", "192.0.2.7"), ("127.0.0.1", AF_INET, "127.0.0.1", nil), ("::1", AF_INET6, "::1", nil),
            ("2001:db8:1:2:3:4:5:6", AF_INET6, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("::ffff:192.0.2.7", AF_INET6, "192.0.2.7", "192.0.2.7"),
            ("::ffff:127.0.0.1", AF_INET6, "127.0.0.1", nil), ("", AF_UNIX, "unix", nil),
        ]
        for (text, family, expected, counted) in cases {
            var storage = sockaddr_storage()
            storage.ss_family = sa_family_t(family)
            withUnsafeMutableBytes(of: &storage) { bytes in
                _ = inet_pton(family, text, bytes.baseAddress! + (family == AF_INET ? 4 : 8))
            }
            let peer = withUnsafeBytes(of: &storage) { PeerAddress($0.baseAddress) }
            #expect(peer.text == expected)
            #expect(peer.countedAs == counted)
        }
    }

    @Test func `an address has its number of connections and no more`() {
        let counter = AddressCounter(limit: 2)
        #expect(counter.add("a"))
        #expect(counter.add("a"))
        #expect(!counter.add("a"))
        #expect(counter.add("b"))
        counter.remove("a")
        counter.remove("a")
        #expect(counter.add("a"))
        #expect(!counter.add("a"))
    }
}

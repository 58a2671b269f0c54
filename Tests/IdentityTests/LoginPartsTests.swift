import AccessControl
import EventLoops
import Identity
import SchemaModel
import Synchronization
import TestSupport
import Testing

@Suite struct LoginPartsTests {
    private static let user = UserID(key(1))
    private static let now = Moment(milliseconds: 1_800_000_000_000)

    @Test func `a session's key says what it is, and its stored form does not open it`() throws {
        let first = SessionKey(.refresh, now: Self.now)
        #expect(first.text.count == 64 && first.stored.count == 64 && first.text != first.stored)
        #expect(SessionKey(first.text) == first)
        #expect(SessionKey.stored(ofRefreshToken: first.text) == first.stored)
        #expect(SessionKey.stored(ofRefreshToken: first.stored) != first.stored)
        let next = SessionKey(.refresh, continuing: first, now: Moment(milliseconds: Self.now.milliseconds + 60_000))
        #expect(next.family == first.family && next.started == first.started && next.issued == first.issued + 60)
        #expect(SessionKey(next.stored)?.issued == next.issued)
        let (from, to) = first.familyRange
        #expect([first.text, first.stored, next.stored].allSatisfy { $0 >= from && $0 < to && $0.hasPrefix(from) })
        #expect(SessionKey(.session, now: Self.now).text.hasPrefix("k1s"))
    }

    @Test func `what was not made here is looked up as it is`() {
        for text in ["nope", String(repeating: "x", count: 64), "k1r" + String(repeating: "z", count: 61)] {
            #expect(SessionKey(text) == nil)
            #expect(SessionKey.stored(ofRefreshToken: text) == text)
        }
        for text in ["", String(repeating: "x", count: 65), "a\0b", SessionKey(.session, now: Self.now).text] {
            #expect(SessionKey.stored(ofRefreshToken: text) == nil)
        }
    }

    @Test func `failures are counted up to the limit, then the user is locked for who came before`() {
        var counter = AttemptCounter()
        let before = counter.ticket
        for _ in 0..<3 {
            counter.fail(Self.user)
            #expect(counter.standing(of: Self.user, limit: 3, before) == .open)
        }
        counter.fail(Self.user)
        #expect(counter.standing(of: Self.user, limit: 3, before) == .exhausted)
        #expect(counter.standing(of: Self.user, limit: nil, before) == .open)
        counter.lock(Self.user)
        #expect(counter.standing(of: Self.user, limit: 3, before) == .locked)
        #expect(counter.standing(of: Self.user, limit: 3, counter.ticket) == .open)
        #expect(counter.standing(of: UserID(key(2)), limit: 0, counter.ticket) == .open)
    }

    @Test func `a success begins the count anew`() {
        var counter = AttemptCounter()
        for _ in 0..<10 {
            counter.fail(Self.user)
            counter.fail(Self.user)
            #expect(counter.standing(of: Self.user, limit: 2, counter.ticket) == .open)
            counter.succeed(Self.user)
        }
    }

    /// The vectors of RFC 6238, appendix B, in six digits.
    @Test(arguments: [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")])
    func `one-time passwords are those of the standard`(_ seconds: Int, _ code: String) {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        func isValid(_ code: String, _ seconds: Int) -> Bool {
            OneTimePassword.isValid(code, secret: secret, now: Moment(milliseconds: seconds * 1000))
        }
        #expect(isValid(code, seconds) && isValid(code, seconds + 30))
        #expect(!isValid(code, seconds + 90))
        for wrong in ["", "28708", "2870820", "28708a", "２87082"] { #expect(!isValid(wrong, seconds)) }
        #expect(!OneTimePassword.isValid(code, secret: "not base32!", now: Moment(milliseconds: seconds * 1000)))
    }

    private final class Turns: Sendable {
        private let counts = Mutex((running: 0, most: 0, refused: 0))

        func begin() { counts.withLock { $0 = ($0.running + 1, max($0.most, $0.running + 1), $0.refused) } }
        func end() { counts.withLock { $0.running -= 1 } }
        func refuse() { counts.withLock { $0.refused += 1 } }
        var most: Int { counts.withLock { $0.most } }
        var refused: Int { counts.withLock { $0.refused } }
    }

    @Test func `a few at a time pass the gate, too many are refused, and it is open afterwards`() async throws {
        try await onLoop { _ in
            let gate = HashingGate(running: 2)
            let turns = Turns()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<(HashingGate.maximumWaiting + 50) {
                    group.addTask {
                        do {
                            try await gate.withTurn {
                                turns.begin()
                                // Until all have come: those for whom there is no room are refused.
                                while turns.refused < 48 { await Task.yield() }
                                turns.end()
                            }
                        } catch {
                            turns.refuse()
                        }
                    }
                }
            }
            #expect(turns.most == 2 && turns.refused == 48)
            let isOpenAgain = try await gate.withTurn { true }
            #expect(isOpenAgain)
        }
    }
}

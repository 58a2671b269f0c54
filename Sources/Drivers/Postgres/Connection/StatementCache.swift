internal import Glibc

/// One statement prepared on one connection.
/// State can go: `preparing` -> `ready` -> `dropped`, `preparing` -> `dropped`.
final class PreparedStatement {
    enum State {
        /// Parse is sent, its answer is not here yet.
        case preparing
        case ready
        /// Not on the server (any more), or about to be dropped there.
        case dropped
    }

    let text: String
    /// `s17`, as a C string.
    let name: UnsafeMutablePointer<CChar>
    fileprivate(set) var state = State.preparing
    /// Used since the eviction hand last passed.
    fileprivate var isRecent = true

    init(text: String, number: Int) {
        self.text = text
        name = strdup("s\(number)")
    }

    deinit {
        free(name)
    }
}

/// The prepared statements of one connection, by their text.
///
/// Plans are cached, so the same `String` storage comes again and again: a small table finds it by the string's own two words, without
/// reading the text. That is sound because the table holds each string it knows: while it does, equal words are the same unchanged storage.
/// Texts are compared byte by byte: `String` itself would take two spellings of "é" for one.
final class StatementCache {
    private struct Alias {
        var text: String
        var statement: PreparedStatement?
    }

    private struct Key: Hashable {
        let text: String

        static func == (left: Key, right: Key) -> Bool {
            left.text.utf8.elementsEqual(right.text.utf8)
        }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private static let aliasBits: UInt64 = 10

    private let capacity: Int
    private var aliases: [Alias]
    private var byText: [Key: PreparedStatement] = [:]
    /// In the order the eviction hand visits them.
    private var clock: [PreparedStatement] = []
    private var hand = 0
    private var nextNumber = 1
    /// Evicted, but still prepared on the server.
    private(set) var evicted: [PreparedStatement] = []

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        aliases = Array(repeating: Alias(text: "", statement: nil), count: 1 << Int(StatementCache.aliasBits))
    }

    var count: Int { byText.count }

    /// The statement of this text, if it is prepared or its Parse is under way.
    @inline(__always)
    func find(_ text: String) -> PreparedStatement? {
        let slot = StatementCache.slot(of: text)
        let alias = aliases[slot]
        if let statement = alias.statement, StatementCache.words(alias.text) == StatementCache.words(text), statement.state != .dropped {
            statement.isRecent = true
            return statement
        }
        return findByText(text, slot: slot)
    }

    /// Adds a statement whose Parse is sent now. May evict another.
    func add(_ text: String) -> PreparedStatement {
        if clock.count >= capacity { evictOne() }
        let statement = PreparedStatement(text: text, number: nextNumber)
        nextNumber += 1
        byText[Key(text: text)] = statement
        clock.append(statement)
        aliases[StatementCache.slot(of: text)] = Alias(text: text, statement: statement)
        return statement
    }

    /// The server answered Parse.
    func confirm(_ statement: PreparedStatement) {
        if statement.state == .preparing { statement.state = .ready }
    }

    /// The statement does not exist on the server.
    func forget(_ statement: PreparedStatement) {
        guard statement.state != .dropped else { return }
        statement.state = .dropped
        byText[Key(text: statement.text)] = nil
        clock.removeAll { $0 === statement }
    }

    /// Takes the evicted statements, to be deallocated on the server.
    func takeEvicted() -> [PreparedStatement] {
        defer { evicted = [] }
        return evicted
    }

    /// Forgets everything, for DEALLOCATE ALL.
    func removeAll() {
        for statement in clock { statement.state = .dropped }
        byText = [:]
        clock = []
        hand = 0
        evicted = []
        for index in aliases.indices { aliases[index] = Alias(text: "", statement: nil) }
    }

    private func findByText(_ text: String, slot: Int) -> PreparedStatement? {
        guard let statement = byText[Key(text: text)] else { return nil }
        statement.isRecent = true
        aliases[slot] = Alias(text: text, statement: statement)
        return statement
    }

    /// Second chance: the hand spares what was used since it last came by. Statements whose Parse is under way stay.
    private func evictOne() {
        for _ in 0..<(2 * clock.count) {
            if hand >= clock.count { hand = 0 }
            let candidate = clock[hand]
            if candidate.isRecent || candidate.state == .preparing {
                candidate.isRecent = false
                hand += 1
                continue
            }
            candidate.state = .dropped
            byText[Key(text: candidate.text)] = nil
            clock.remove(at: hand)
            evicted.append(candidate)
            return
        }
    }

    @inline(__always)
    private static func words(_ text: String) -> (UInt64, UInt64) {
        unsafeBitCast(text, to: (UInt64, UInt64).self)
    }

    @inline(__always)
    private static func slot(of text: String) -> Int {
        let (first, second) = words(text)
        return Int(truncatingIfNeeded: ((first ^ (second &>> 4)) &* 0x9E37_79B9_7F4A_7C15) &>> (64 - aliasBits))
    }
}

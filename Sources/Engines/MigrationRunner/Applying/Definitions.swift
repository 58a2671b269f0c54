import Digests
import Postgres
import SchemaModel

/// A snapshot with its canonical text and that text's hash.
struct Definitions: Sendable {
    let snapshot: SchemaSnapshot
    let text: String
    /// SHA-256 in hex.
    let hash: String

    init(_ snapshot: SchemaSnapshot, _ codec: DefinitionsCodec) {
        self.snapshot = snapshot
        text = codec.encode(snapshot)
        hash = HashFunction.sha256.digest(of: text).hex
    }

    /// - Parameter results: of `Journal.head` and of the catalogue's digest.
    func generationAtHead(_ results: [PostgresResult]) -> Int? {
        guard results.count == 2, let head = JournalEntry(results[0], 0), head.state == .applied, head.definitionsHash == hash,
            let digest = results[1].string(0, 0), digest == head.liveDigest
        else { return nil }
        return head.generation
    }
}

extension PostgresError {
    /// The journal's table or schema is not there: before the first migration.
    var isMissingJournal: Bool { fault?.sqlState == .undefinedTable || fault?.sqlState.rawValue == "3F000" }

    /// A lock was not to be had: worth another attempt.
    var isLockConflict: Bool { fault?.sqlState == .lockNotAvailable || fault?.sqlState == .deadlockDetected }
}

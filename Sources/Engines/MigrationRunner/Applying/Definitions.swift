import Postgres
import SchemaCompiler
import SchemaModel

/// A snapshot with what the journal keeps of it.
struct Definitions: Sendable {
    let snapshot: SchemaSnapshot
    /// SHA-256 in hex over what the model says; lines that move do not change it.
    let hash: String
    /// The canonical text.
    var text: String { CanonicalSchema.encode(snapshot) }

    init(_ snapshot: SchemaSnapshot) {
        self.snapshot = snapshot
        hash = CanonicalSchema.fingerprint(snapshot)
    }

    static func decode(_ text: String, of generation: Int) throws -> SchemaSnapshot {
        do {
            return try CanonicalSchema.decode(text)
        } catch {
            throw MigrationError.journalUnreadable(generation: generation, error)
        }
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

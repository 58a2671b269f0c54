import AccessControl
import EventLoops
import Glibc
import Items
import JSONText
import QueryEngine
import SchemaModel

/// Gives the row of a file new bytes, so that at every moment the row leads to bytes that are there and its own, wherever the process dies.
///
/// 1. In the transaction, once the row is changed and so locked, the bytes are placed as `<id>__new-<moment>` and are on disk with their folder. The
///    moment is what the same transaction writes into `uploaded_on`. Until COMMIT the row has another one: its old bytes are found, untouched.
/// 2. COMMIT leads the row to the new bytes: readers look first for the name that `uploaded_on` tells (`FileRow.names`).
/// 3. `settle` locks the row again, gives the bytes their lasting name `<id><ext>` in one step and removes what the row had before. Readers that
///    miss the first name find the lasting one.
///
/// - Why it holds: such names are given, and taken away, only by those who hold the row's lock. So while a row is locked and leads elsewhere, one
///   is nobody's: its transaction was rolled back, or a later one has won.
/// - A process that dies before COMMIT leaves a file that no row leads to, one that dies later a row that leads to its first name. `recover`, run
///   at the start, ends both. Several servers may share database and folder.
/// - Errors: `WireError`, `WireErrors`, `PostgresError`, `StorageError`.
struct FileExchange: Sendable {
    let reader: ItemReader
    let writer: ItemWriter
    let loop: EventLoop
    let snapshot: EngineSnapshot
    let now: Moment

    /// - Parameter request: whose caller may change the row.
    func exchange(_ id: String, for file: ReceivedFile, _ request: UploadRequest) async throws -> WriteAnswer {
        let change = Change()
        let update = HeldUpdate(
            of: FileCollections.files, key: id, payload: file.payload, query: request.query,
            serverValues: { row in
                // A transaction that failed at its very end: others may have had the row since, and with it that name. Not again.
                if file.bytes.isPlaced { throw StorageError.system(operation: "place", code: EEXIST) }
                let row = FileRow(id: id, row)
                // `uploaded_on` has to differ from what it was, since it tells new bytes from old ones.
                let moment = max(now.milliseconds, (row.received?.milliseconds).map { $0 + 1 } ?? .min)
                let values = file.serverValues(for: .existing(id: id), folder: nil, now: Moment(milliseconds: moment))
                change.oldNames = row.names
                change.newName = StoredName.arriving(id: id, at: Moment(milliseconds: moment))
                return values
            }, beforeCommit: { try await file.storage.place(file.bytes, as: change.newName, on: loop) })
        do {
            let answer = try await writer.update(update, by: request.caller, in: snapshot, now: now)
            guard file.bytes.isPlaced else {
                await file.bytes.discard()
                return answer
            }
            // What is committed stays so, and is found under either name.
            try? await settle(id, change, in: file.storage)
            return answer
        } catch {
            // Whether COMMIT came through, or failed, or only the answer did: the row tells.
            if file.bytes.isPlaced { try? await settle(id, change, in: file.storage) }
            throw error
        }
    }

    /// - `@unchecked Sendable`: written and read by one task.
    private final class Change: @unchecked Sendable {
        var oldNames: [String] = []
        var newName = ""
    }

    private func settle(_ id: String, _ change: Change, in storage: LocalStorage) async throws {
        let name = change.newName
        try await writer.holding(id, of: FileCollections.files, in: snapshot, now: now) { row in
            let row = row.map { FileRow(id: id, $0) }
            var kept = row?.names ?? []
            var gone = change.oldNames + [name]
            if let row, row.isFound(under: name) {
                try await storage.rename(name, to: row.storedName, on: loop)
                kept = [row.storedName]
                // Old bytes may lie under a name that the row no longer told when it was given new ones.
                gone += try await storage.originals(of: id, on: loop)
            }
            try await storage.remove(names: gone.filter { !kept.contains($0) }, on: loop)
        }
    }

    /// Ends the exchanges that a process has died in.
    func recover(_ storage: LocalStorage) async throws {
        for name in try await storage.arriving(on: loop) {
            guard let id = UploadRules.key(String(name.prefix(36))) else { continue }
            try await writer.holding(id, of: FileCollections.files, in: snapshot, now: now) { row in
                guard let row = row.map({ FileRow(id: id, $0) }) else {
                    try await storage.remove(names: [name], on: loop)
                    return
                }
                if row.isFound(under: name) {
                    try await storage.rename(name, to: row.storedName, on: loop)
                    let old = try await storage.originals(of: id, on: loop).filter { $0 != row.storedName }
                    try await storage.remove(names: old, on: loop)
                } else if try await storage.open(row.names, on: loop) != nil {
                    // Never the last bytes of a row, should `uploaded_on` have been written by a client since.
                    try await storage.remove(names: [name], on: loop)
                }
            }
        }
    }
}

extension FileRow {
    fileprivate func isFound(under name: String) -> Bool { names.first == name }
}

extension ItemReader {
    /// What a file's row says of its bytes; nil = there is none.
    func row(of id: String, in snapshot: EngineSnapshot, now: Moment) async throws -> FileRow? {
        let rows = try await readAsServer(
            FileCollections.files, .keys([.string(id)]), query: "fields=\(FileRow.fields)", in: snapshot, now: now)
        return rows.array?.first?.object.map { FileRow(id: id, $0) }
    }
}

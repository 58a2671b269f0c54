import EventLoops
import Glibc

/// Bytes on their way into a storage: written beside their later place, gone unless `LocalStorage.place` takes them.
///
/// - Memory: a quarter of a megabyte; whoever writes waits for the disk, and with him the client.
/// - `@unchecked Sendable`: used by one task, one call at a time.
package final class TemporaryFile: @unchecked Sendable {
    private static let pieceSize = 262_144

    let path: String
    private let loop: EventLoop
    private var descriptor: Int32
    private var held: [UInt8] = []
    /// Bytes taken so far.
    package private(set) var size = 0
    /// The bytes have their name in the storage.
    private(set) var isPlaced = false
    private var isDiscarded = false

    init(path: String, descriptor: Int32, loop: EventLoop) {
        self.path = path
        self.descriptor = descriptor
        self.loop = loop
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isPlaced, !isDiscarded { unlink(path) }
    }

    /// - Throws: `StorageError`.
    package func write(_ bytes: [UInt8]) async throws {
        size += bytes.count
        held += bytes
        if held.count >= Self.pieceSize { try await flush() }
    }

    private func flush() async throws {
        let piece = held
        held = []
        let descriptor = descriptor
        try await loop.runBlocking { try TemporaryFile.writeAll(piece, to: descriptor) }
    }

    /// Writes what is held and waits until the disk has it. `inspect` is then given the open file, on the pool.
    /// - Throws: `StorageError`.
    package func finish<T: Sendable>(_ inspect: @escaping @Sendable (_ descriptor: Int32, _ size: Int) -> T) async throws -> T {
        let piece = held
        held = []
        let descriptor = descriptor
        let size = size
        let result = try await loop.runBlocking { () throws -> T in
            try TemporaryFile.writeAll(piece, to: descriptor)
            guard fsync(descriptor) == 0 else { throw StorageError("fsync") }
            return inspect(descriptor, size)
        }
        close(descriptor)
        self.descriptor = -1
        return result
    }

    /// The bytes have their place: nothing is to be removed.
    func markPlaced() { isPlaced = true }

    /// Removes the file, unless it has been placed.
    package func discard() async {
        guard !isPlaced, !isDiscarded else { return }
        isDiscarded = true
        let descriptor = descriptor
        self.descriptor = -1
        let path = path
        try? await loop.runBlocking {
            if descriptor >= 0 { close(descriptor) }
            unlink(path)
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw StorageError("write")
                }
                done += count
            }
        }
    }
}

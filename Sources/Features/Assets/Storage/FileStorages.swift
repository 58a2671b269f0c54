package import EventLoops

/// The storages of the configuration by their names (`STORAGE_LOCATIONS`); the first is where uploads go that name none.
package struct FileStorages: Sendable {
    package let first: String
    private let locations: [String: LocalStorage]

    /// - Parameter locations: at least one; later ones with a name that is taken are left out.
    package init(first: (name: String, storage: LocalStorage), others: [(name: String, storage: LocalStorage)] = []) {
        self.first = first.name
        locations = Dictionary(([first] + others).map { ($0.name, $0.storage) }) { kept, _ in kept }
    }

    var all: [LocalStorage] { Array(locations.values) }

    package subscript(name: String) -> LocalStorage? { locations[name] }

    /// Removes what belongs to deleted rows, wherever it is.
    /// - Throws: `StorageError` of the last location that failed; the others were still cleared.
    package func remove(ids: [String], on loop: EventLoop) async throws {
        var failure: (any Error)?
        for storage in locations.values {
            do { try await storage.remove(ids: ids, on: loop) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    package func sweep(on loop: EventLoop) async throws {
        for storage in locations.values { try await storage.sweep(on: loop) }
    }
}

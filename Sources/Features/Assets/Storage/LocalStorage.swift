package import EventLoops
import Digests
import Glibc

/// Bytes in one folder of the file system. Names are single names: nothing outside the folder can be named, symbolic links are not followed.
///
/// - Every call works on the loop's blocking pool. Errors: `StorageError`; also `EventLoopError.closed` at shutdown.
/// - Several servers may share the folder.
package struct LocalStorage: Sendable {
    package let root: String

    /// - Parameter root: made at the first write when it is missing.
    package init(root: String) { self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root }

    /// A file to receive bytes, beside their later place.
    package func begin(on loop: EventLoop) async throws -> TemporaryFile {
        let root = root
        let path = "\(root)/\(StoredName.temporaryPrefix)\(UUIDText.v4())"
        let descriptor = try await loop.runBlocking { () throws -> Int32 in
            var descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
            if descriptor < 0, errno == ENOENT {
                try LocalStorage.makeFolder(root)
                descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
            }
            guard descriptor >= 0 else { throw StorageError("open") }
            return descriptor
        }
        return TemporaryFile(path: path, descriptor: descriptor, loop: loop)
    }

    /// Gives received bytes their name, in place of any that had it, and waits until the folder is on disk. Does nothing the second time.
    package func place(_ file: TemporaryFile, as name: String, on loop: EventLoop) async throws {
        let path = try path(of: name)
        let storage = self
        let source = file.path
        try await loop.runBlocking {
            if Glibc.rename(source, path) != 0 {
                let error = StorageError("rename")
                guard access(source, F_OK) != 0, access(path, F_OK) == 0 else { throw error }
            }
            storage.syncFolder()
        }
        file.markPlaced()
    }

    /// Opens the first of these names that is there for reading. The folder isn't read for it.
    /// - Returns: nil when none is, or something that is no regular file stands there.
    package func open(_ names: [String], on loop: EventLoop) async throws -> StoredFile? {
        let storage = self
        return try await loop.runBlocking {
            for name in names { if let file = storage.openNow(name) { return file } }
            return nil
        }
    }

    /// Opens the bytes of a row whose names have nothing in common with them any more. Reads the whole folder.
    package func search(id: String, on loop: EventLoop) async throws -> StoredFile? {
        try await open(try await originals(of: id, on: loop), on: loop)
    }

    /// Every name under which bytes of a row lie, sorted. Reads the whole folder.
    func originals(of id: String, on loop: EventLoop) async throws -> [String] {
        let storage = self
        return try await loop.runBlocking { storage.names(where: { StoredName.isOriginal($0, of: id) }).sorted() }
    }

    /// Removes what belongs to these rows: their bytes and all that was made of them. Reads the whole folder, once.
    /// - Returns: how many files are gone.
    @discardableResult
    package func remove(ids: [String], on loop: EventLoop) async throws -> Int {
        let storage = self
        let ids = Set(ids)
        return try await loop.runBlocking {
            var removed = 0
            for name in storage.names(where: { name in
                ids.contains(String(name.prefix(36))) && StoredName.belongs(name, to: String(name.prefix(36)))
            }) where try storage.removeNow(name) { removed += 1 }
            return removed
        }
    }

    /// Removes files by their names; those that aren't there are gone already.
    package func remove(names: [String], on loop: EventLoop) async throws {
        let storage = self
        try await loop.runBlocking { for name in names { try storage.removeNow(name) } }
    }

    /// Gives a file another name, in place of any that had it, and waits until the folder is on disk.
    /// - Returns: false when there is no such file.
    @discardableResult
    func rename(_ name: String, to other: String, on loop: EventLoop) async throws -> Bool {
        let source = try path(of: name)
        let path = try path(of: other)
        let storage = self
        return try await loop.runBlocking {
            guard Glibc.rename(source, path) == 0 else {
                if errno == ENOENT { return false }
                throw StorageError("rename")
            }
            storage.syncFolder()
            return true
        }
    }

    /// The names of new bytes that have no lasting name yet. Reads the whole folder.
    func arriving(on loop: EventLoop) async throws -> [String] {
        let storage = self
        return try await loop.runBlocking { storage.names(where: { StoredName.isArriving($0) }).sorted() }
    }

    /// Removes received bytes that a dead server has left behind.
    /// - Parameter age: younger ones may still be written to, by this server or another.
    @discardableResult
    package func sweep(olderThan age: Duration = .seconds(86_400), on loop: EventLoop) async throws -> Int {
        let storage = self
        let limit = time(nil) - Int(age.components.seconds)
        return try await loop.runBlocking {
            var removed = 0
            for name in storage.names(where: { $0.hasPrefix(StoredName.temporaryPrefix) }) {
                var status = stat()
                let path = try storage.path(of: name)
                if lstat(path, &status) == 0, status.st_mtim.tv_sec < limit, unlink(path) == 0 { removed += 1 }
            }
            return removed
        }
    }

    // MARK: On the pool

    private func path(of name: String) throws -> String {
        let isPlain = !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255 && name.utf8.allSatisfy { $0 != 0x2F && $0 != 0 }
        guard isPlain else { throw StorageError.badName }
        return "\(root)/\(name)"
    }

    @discardableResult
    private func removeNow(_ name: String) throws -> Bool {
        if unlink(try path(of: name)) == 0 { return true }
        guard errno == ENOENT else { throw StorageError("unlink") }
        return false
    }

    private func syncFolder() {
        let folder = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private func openNow(_ name: String) -> StoredFile? {
        guard let path = try? path(of: name) else { return nil }
        // A pipe or a device would block without O_NONBLOCK.
        let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        return StoredFile(descriptor: descriptor, size: Int(status.st_size))
    }

    private func names(where isWanted: (String) -> Bool) -> [String] {
        guard let folder = opendir(root) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if isWanted(name) { names.append(name) }
        }
        return names
    }

    private static func makeFolder(_ path: String) throws {
        var built = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            built += built.isEmpty || built.hasSuffix("/") ? String(part) : "/\(part)"
            guard mkdir(built, 0o750) == 0 || errno == EEXIST else { throw StorageError("mkdir") }
        }
    }
}

/// Stored bytes, open for reading. The descriptor is whoever takes it's to close; else it is closed with the last reference.
package final class StoredFile: @unchecked Sendable {
    // Invariant: handed from the pool to one task.
    private var descriptor: Int32
    /// Bytes.
    package let size: Int

    init(descriptor: Int32, size: Int) {
        self.descriptor = descriptor
        self.size = size
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// -1 from the second call on.
    package func take() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }
}

import Assets
import EventLoops
import Glibc
import TestSupport
import Testing

/// Bytes in a folder: received, placed, found by the row's key, removed; nothing outside.
@Suite struct LocalStorageTests {
    static let id = "f1000000-0000-4000-8000-000000000101"
    static let other = "f1000000-0000-4000-8000-000000000102"

    private func withStorage(_ body: @Sendable (LocalStorage, EventLoop) async throws -> Void) async throws {
        try await withTemporaryFolder { root in
            try await onLoop { loop in try await body(LocalStorage(root: root), loop) }
        }
    }

    private func names(_ root: String) -> [String] { AssetsTests.names(in: root) }

    private func store(_ text: String, as name: String, _ storage: LocalStorage, _ loop: EventLoop) async throws {
        let file = try await storage.begin(on: loop)
        try await file.write(Array(text.utf8))
        try await file.finish { _, _ in }
        try await storage.place(file, as: name, on: loop)
    }

    private func text(_ id: String, hint: String?, _ storage: LocalStorage, _ loop: EventLoop) async throws -> String? {
        guard let file = try await storage.open(id: id, hint: hint, on: loop) else { return nil }
        let descriptor = file.take()
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: file.size)
        return read(descriptor, &bytes, bytes.count) == bytes.count ? String(decoding: bytes, as: UTF8.self) : nil
    }

    @Test func placesAndFinds() async throws {
        try await withStorage { storage, loop in
            try await store("hello", as: "\(Self.id).txt", storage, loop)
            #expect(names(storage.root) == ["\(Self.id).txt"])
            #expect(try await text(Self.id, hint: "\(Self.id).txt", storage, loop) == "hello")
            // A name that the row's owner made up finds the row's own bytes, and no other's.
            try await store("other", as: "\(Self.other).txt", storage, loop)
            for hint in [nil, "moved.html", "\(Self.other).txt", "../\(Self.other).txt", "/etc/passwd", "\(Self.id).png"] {
                #expect(try await text(Self.id, hint: hint, storage, loop) == "hello")
            }
            #expect(try await storage.open(id: "f1000000-0000-4000-8000-000000000109", hint: "\(Self.other).txt", on: loop) == nil)
        }
    }

    @Test func replacesInOneStep() async throws {
        try await withStorage { storage, loop in
            try await store("old", as: "\(Self.id).txt", storage, loop)
            try await store("new", as: "\(Self.id).txt", storage, loop)
            #expect(try await text(Self.id, hint: nil, storage, loop) == "new")
            #expect(names(storage.root) == ["\(Self.id).txt"])
        }
    }

    @Test func leavesNothingOfAnUploadThatBreaksOff() async throws {
        try await withStorage { storage, loop in
            do {
                let file = try await storage.begin(on: loop)
                try await file.write([UInt8](repeating: 7, count: 600_000))
                #expect(names(storage.root).count == 1)
            }
            #expect(names(storage.root) == [])
            let file = try await storage.begin(on: loop)
            await file.discard()
            await file.discard()
            #expect(names(storage.root) == [])
        }
    }

    @Test func placesOnceHoweverOftenItIsAsked() async throws {
        try await withStorage { storage, loop in
            let file = try await storage.begin(on: loop)
            try await file.write([1])
            try await file.finish { _, _ in }
            try await storage.place(file, as: "\(Self.id).bin", on: loop)
            try await storage.place(file, as: "\(Self.id).bin", on: loop)
            await file.discard()
            #expect(names(storage.root) == ["\(Self.id).bin"])
        }
    }

    @Test(arguments: ["", ".", "..", "a/b", "../a", "/a", "a\u{0}", String(repeating: "a", count: 256)])
    func refusesNamesThatArePaths(_ name: String) async throws {
        try await withStorage { storage, loop in
            let file = try await storage.begin(on: loop)
            try await file.finish { _, _ in }
            await #expect(throws: StorageError.badName) { try await storage.place(file, as: name, on: loop) }
            await #expect(throws: StorageError.badName) { try await storage.remove(name, on: loop) }
        }
    }

    @Test func opensNeitherFoldersNorLinksNorPipes() async throws {
        try await withStorage { storage, loop in
            let path = "\(storage.root)/\(Self.id)"
            symlink("/etc/passwd", path)
            let link = try await storage.open(id: Self.id, hint: Self.id, on: loop)
            unlink(path)
            mkfifo(path, 0o600)
            let pipe = try await storage.open(id: Self.id, hint: Self.id, on: loop)
            unlink(path)
            mkdir(path, 0o700)
            let folder = try await storage.open(id: Self.id, hint: Self.id, on: loop)
            #expect(link == nil && pipe == nil && folder == nil)
            rmdir(path)
        }
    }

    @Test func removesARowsBytesAndWhatWasMadeOfThem() async throws {
        try await withStorage { storage, loop in
            for name in ["\(Self.id).png", "\(Self.id)__0f.webp", "\(Self.other).png", "notes.txt"] { try await store("x", as: name, storage, loop) }
            #expect(try await storage.remove(ids: [Self.id], keeping: ["\(Self.id).png"], on: loop) == 1)
            #expect(try await storage.remove(ids: [Self.id, "f1000000-0000-4000-8000-000000000109"], on: loop) == 1)
            #expect(names(storage.root) == ["\(Self.other).png", "notes.txt"])
        }
    }

    @Test func sweepsWhatADeadServerLeft() async throws {
        try await withStorage { storage, loop in
            let file = try await storage.begin(on: loop)
            let path = "\(storage.root)/\(try #require(names(storage.root).first))"
            #expect(try await storage.sweep(on: loop) == 0)
            var times = [timeval(tv_sec: 1_000, tv_usec: 0), timeval(tv_sec: 1_000, tv_usec: 0)]
            utimes(path, &times)
            #expect(try await storage.sweep(on: loop) == 1)
            await file.discard()
        }
    }

    @Test func makesItsFolder() async throws {
        try await withStorage { storage, loop in
            let inner = LocalStorage(root: "\(storage.root)/a/b/")
            try await store("x", as: Self.id, inner, loop)
            #expect(names(inner.root) == [Self.id])
            unlink("\(inner.root)/\(Self.id)")
            rmdir(inner.root)
            rmdir("\(storage.root)/a")
        }
    }
}

import Assets
import EventLoops
import Glibc
import JSONText
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

    private func text(_ names: [String], _ storage: LocalStorage, _ loop: EventLoop) async throws -> String? {
        text(of: try await storage.open(names, on: loop))
    }

    private func text(of file: StoredFile?) -> String? {
        guard let file else { return nil }
        let descriptor = file.take()
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: file.size)
        return read(descriptor, &bytes, bytes.count) == bytes.count ? String(decoding: bytes, as: UTF8.self) : nil
    }

    @Test func placesAndFinds() async throws {
        try await withStorage { storage, loop in
            try await store("hello", as: "\(Self.id).txt", storage, loop)
            #expect(names(storage.root) == ["\(Self.id).txt"])
            #expect(try await text(["\(Self.id).png", "\(Self.id).txt"], storage, loop) == "hello")
            try await store("other", as: "\(Self.other).txt", storage, loop)
            for name in ["", "..", "../\(Self.other).txt", "/etc/passwd", "\(Self.id)"] {
                #expect(try await text([name], storage, loop) == nil)
            }
            // By the key alone its own bytes are found, and no other's.
            #expect(text(of: try await storage.search(id: Self.id, on: loop)) == "hello")
            #expect(text(of: try await storage.search(id: "f1000000-0000-4000-8000-000000000109", on: loop)) == nil)
        }
    }

    /// Where the row has bytes, whatever an administrator has made of its names.
    @Test(
        arguments: [
            (["filename_disk": "ID.txt"], "ID.txt"), (["filename_disk": "moved.html", "filename_download": "a.txt"], "ID.txt"),
            (["filename_download": "a", "type": "text/plain"], "ID.txt"), (["filename_disk": "../ID.txt", "type": "text/plain"], "ID.txt"),
            (["filename_disk": "other.txt"], "ID"), ([:], "ID"),
        ] as [([String: JSONValue], String)])
    func looksWhereTheRowSays(_ row: [String: JSONValue], _ expected: String) async throws {
        try await withStorage { storage, loop in
            let name = expected.replacing("ID", with: Self.id)
            try await store("mine", as: name, storage, loop)
            try await store("other's", as: "\(Self.other).txt", storage, loop)
            let values = row.mapValues { value in value.string.map { .string($0.replacing("ID", with: Self.id)) } ?? value }
            let file = FileRow(id: Self.id, JSONObject(values.map { ($0.key, $0.value) }))
            #expect(try await text(file.names, storage, loop) == "mine")
        }
    }

    @Test func replacesInOneStep() async throws {
        try await withStorage { storage, loop in
            try await store("old", as: "\(Self.id).txt", storage, loop)
            try await store("new", as: "\(Self.id).txt", storage, loop)
            #expect(try await text(["\(Self.id).txt"], storage, loop) == "new")
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
            await #expect(throws: StorageError.badName) { try await storage.remove(names: [name], on: loop) }
        }
    }

    @Test func opensNeitherFoldersNorLinksNorPipes() async throws {
        try await withStorage { storage, loop in
            let path = "\(storage.root)/\(Self.id)"
            symlink("/etc/passwd", path)
            let link = try await storage.open([Self.id], on: loop)
            unlink(path)
            mkfifo(path, 0o600)
            let pipe = try await storage.open([Self.id], on: loop)
            unlink(path)
            mkdir(path, 0o700)
            let folder = try await storage.open([Self.id], on: loop)
            #expect(link == nil && pipe == nil && folder == nil)
            rmdir(path)
        }
    }

    @Test func removesARowsBytesAndWhatWasMadeOfThem() async throws {
        try await withStorage { storage, loop in
            for name in ["\(Self.id).png", "\(Self.id)__0f.webp", "\(Self.other).png", "notes.txt"] { try await store("x", as: name, storage, loop) }
            #expect(try await storage.remove(ids: [Self.id], on: loop) == 2)
            #expect(try await storage.remove(ids: [Self.id, "f1000000-0000-4000-8000-000000000109"], on: loop) == 0)
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

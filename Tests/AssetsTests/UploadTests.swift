import Assets
import EventLoops
import Items
import JSONText
import Postgres
import SchemaModel
import TestSupport
import Testing

/// Uploads over a real database and folder: rights, rules, and that nothing is left of what fails.
@Suite struct UploadTests {
    private static func text(_ name: String, _ value: String) -> String {
        "--x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    private static func file(_ name: String, _ content: String, type: String = "text/plain") -> String {
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: \(type)\r\n\r\n\(content)\r\n"
    }

    private static let end = "--x--\r\n"
    private static let hello = text("id", key(101)) + file("first-note.txt", "hello")

    private static func code(_ body: () async throws -> JSONValue) async -> ErrorCode? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? WireError)?.code
        }
    }

    @Test func keepsRowAndBytes() async throws {
        try await withFileServer { server async throws in
            let row = try await server.upload(Self.hello + Self.end)
            #expect(row["title"] == "First Note")
            #expect(row["filename_disk"] == .string("\(key(101)).txt"))
            #expect(row["filesize"] == "5")
            #expect(row["storage"] == "local")
            #expect(server.files == ["\(key(101)).txt"])
            #expect(try await server.text("\(key(101)).jpg") == "hello")
        }
    }

    @Test func keepsSeveralInOrder() async throws {
        try await withFileServer { server async throws in
            let rows = try await server.upload(
                Self.text("title", "One") + Self.text("id", key(101)) + Self.file("a.txt", "1") + Self.text("id", key(102)) + Self.file("b.txt", "2")
                    + Self.text("title", "late") + Self.end)
            #expect(rows.array?.map { $0["title"] } == ["One", "B"])
            #expect(server.files == ["\(key(101)).txt", "\(key(102)).txt"])
        }
    }

    /// Nothing is left, neither a row nor a byte.
    @Test(arguments: [
        ("hangs up in a file", hello, ErrorCode?.none), ("a form without its end", hello, .invalidPayload),
        ("second file of another type", hello + file("b.bin", "x", type: "application/x-thing") + end, .invalidPayload),
        ("second file too large", hello + file("b.txt", "123456789012") + end, .contentTooLarge),
        ("second row refused", hello + text("folder", key(999)) + file("b.txt", "x") + end, .invalidForeignKey),
        ("second row of the same key", hello + text("id", key(101)) + file("b.txt", "x") + end, .recordNotUnique),
        ("no key", text("id", "abc") + file("b.txt", "x") + end, .forbidden),
        ("no storage", text("storage", "cloud") + file("b.txt", "x") + end, .invalidPayload),
        ("a path as name on disk", text("filename_disk", "../x") + file("b.txt", "x") + end, .invalidPayload),
        ("no file", text("title", "x") + end, .invalidPayload), ("a file without name", file("", "x") + end, .invalidPayload),
        ("nothing", "", .invalidPayload),
    ])
    func leavesNothing(_ name: String, _ body: String, _ expected: ErrorCode?) async throws {
        try await withFileServer { server async throws in
            let code = await Self.code { try await server.upload(body, maximum: 12, breaksOff: name.hasPrefix("hangs")) }
            #expect(code == expected)
            #expect(server.files == [])
            #expect(try await server.rows() == [])
        }
    }

    @Test func neverTouchesTheBytesOfAnotherRow() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.hello + Self.end)
            let code = await Self.code { try await server.upload(Self.text("id", key(101)) + Self.file("evil.txt", "evil") + Self.end) }
            #expect(code == .recordNotUnique)
            #expect(try await server.text(key(101)) == "hello")
            // A row that names another's bytes has none (attack G1).
            _ = try await server.writer.write(
                WriteRequest(
                    collection: FileCollections.files,
                    operation: .create(
                        JSONObject([
                            ("id", .string(key(103))), ("type", "text/plain"), ("storage", "local"), ("filename_download", "a.txt"),
                            ("filename_disk", .string("\(key(101)).txt")),
                        ])), query: nil), by: FileServer.admin, in: server.snapshot, now: server.now)
            await #expect(throws: WireError.forbidden) { try await server.text(key(103)) }
        }
    }

    /// Who may not create with the fields that the server fills in is refused before a byte is kept.
    @Test func asksForRightsFirst() async throws {
        try await withFileServer { server async throws in
            let needed: Set<FieldName> = ["storage", "filename_download", "type"]
            let body = Self.file("a.txt", "hello") + Self.end
            await #expect(throws: WireError.forbidden(collection: FileCollections.files)) {
                _ = try await server.upload(body, by: FileServer.caller(), breaksOff: true)
            }
            await #expect(throws: WireError.forbidden(fields: ["type"], of: FileCollections.files)) {
                _ = try await server.upload(body, by: FileServer.caller(creates: needed.subtracting(["type"])), breaksOff: true)
            }
            await #expect(throws: WireError.forbidden(fields: ["title"], of: FileCollections.files)) {
                _ = try await server.upload(Self.text("title", "x") + body, by: FileServer.caller(creates: needed))
            }
            #expect(server.files == [])
            // Granted, but not to be read: the row stays, the answer is empty.
            #expect(try await server.upload(body, by: FileServer.caller(creates: needed)) == .null)
            #expect(server.files.count == 1)
            #expect(try await server.rows().count == 1)
        }
    }

    @Test func replacesBytesAndKeepsTheRest() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.text("title", "Mine") + Self.hello + Self.end)
            let row = try await server.replace(key(101), Self.file("new.md", "# new", type: "text/markdown") + Self.end)
            #expect(row["title"] == "Mine")
            #expect(row["filename_download"] == "new.md")
            #expect(row["filesize"] == "5")
            #expect(server.files == ["\(key(101)).md"])
            #expect(try await server.text(key(101)) == "# new")
        }
    }

    @Test(arguments: [
        ("hangs up", file("new.txt", "new"), ErrorCode?.none), ("of a type that isn't allowed", file("n", "x", type: "a/b") + end, .invalidPayload),
        ("too large", file("new.txt", "123456789012") + end, .contentTooLarge), ("without a file", text("title", "x") + end, .invalidPayload),
        ("with an unknown folder", text("folder", key(999)) + file("new.txt", "new") + end, .invalidForeignKey),
    ])
    func keepsTheOldBytesWhereAReplacementFails(_ name: String, _ body: String, _ expected: ErrorCode?) async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.hello + Self.end)
            let code = await Self.code { try await server.replace(key(101), body, maximum: 12, breaksOff: name.hasPrefix("hangs")) }
            #expect(code == expected)
            #expect(server.files == ["\(key(101)).txt"])
            #expect(try await server.text(key(101)) == "hello")
        }
    }

    @Test func replacesNothingThatIsNotThere() async throws {
        try await withFileServer { server async throws in
            #expect(try await server.replace(key(101), Self.file("a.txt", "x") + Self.end) == .null)
            #expect(await Self.code { try await server.replace("abc", Self.file("a.txt", "x") + Self.end) } == .forbidden)
            let caller = FileServer.caller(updates: ["filename_download", "type"])
            #expect(await Self.code { try await server.replace(key(101), Self.file("a.txt", "x") + Self.end, by: caller) } == .forbidden)
            #expect(server.files == [])
        }
    }

    /// Attack G11.
    @Test func removesBytesWithTheirRow() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.hello + Self.text("id", key(102)) + Self.file("b.txt", "2") + Self.end)
            try await server.delete([key(101), key(999)])
            #expect(server.files == ["\(key(102)).txt"])
        }
    }

    /// Missing, hidden, malformed and lost look alike (attacks B11, G2, G8).
    @Test func refusesAssetsInOneWay() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.hello + Self.end)
            for (caller, refusal) in [
                (FileServer.caller(), WireError.forbidden(collection: FileCollections.files)),
                (FileServer.caller(reads: ["id"]), .forbidden(action: "read", on: FileCollections.files)), (FileServer.admin, .forbidden),
            ] {
                for id in [key(999), "abc", "", "../../etc/passwd", String(repeating: "a", count: 500)] {
                    await #expect(throws: refusal) { try await server.text(id, by: caller) }
                }
            }
            await #expect(throws: WireError.forbidden(collection: FileCollections.files)) {
                try await server.text(key(101), by: FileServer.caller())
            }
            let reader = FileServer.caller(reads: ["title"])
            let asset = try await server.assets.open(key(101), caller: reader, in: server.snapshot, now: server.now)
            #expect(asset.name == key(101))
            #expect(asset.type == "text/plain")
        }
    }

    /// Small bodies are written at their end, large ones on the way.
    @Test(arguments: [5, 600_000]) func leavesNothingOnAFullDisk(_ size: Int) async throws {
        try await withFileServer { server async throws in
            let full = StorageError.full.wire
            _ = try await server.upload(Self.hello + Self.end)
            let body = Self.file("b.txt", String(repeating: "b", count: size)) + Self.end
            await #expect(throws: full) { try await server.uploadOnAFullDisk(body) }
            await #expect(throws: full) { try await server.uploadOnAFullDisk(body, replacing: key(101)) }
            #expect(server.files == ["\(key(101)).txt"])
            #expect(try await server.rows() == [key(101)])
            #expect(try await server.text(key(101)) == "hello")
            // There is room again.
            _ = try await server.upload(Self.text("id", key(102)) + body)
            #expect(server.files == ["\(key(101)).txt", "\(key(102)).txt"])
        }
    }

    @Test func saysSoWhereTheStorageFails() async throws {
        try await withFileServer(storage: { "\($0)/\(key(101))/below" }) { server async throws in
            // A file stands where the folder should be.
            let other = LocalStorage(root: server.root)
            let blocker = try await other.begin(on: server.client.loop)
            try await blocker.finish { _, _ in }
            try await other.place(blocker, as: key(101), on: server.client.loop)
            #expect(await Self.code { try await server.upload(Self.hello + Self.end) } == .serviceUnavailable)
            #expect(server.files == [key(101)])
            #expect(try await server.rows() == [])
        }
    }
}

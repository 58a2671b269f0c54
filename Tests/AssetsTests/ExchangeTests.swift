import AccessControl
import Assets
import EventLoops
import JSONText
import Postgres
import SchemaModel
import TestSupport
import Testing

/// New bytes for a row: whenever the process dies, and whoever reads or writes at the same time, the row has bytes, and they are its own.
@Suite struct ExchangeTests {
    private static func file(_ name: String, _ content: String, type: String) -> String {
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: \(type)\r\n\r\n\(content)\r\n--x--\r\n"
    }

    private static let id = key(101)
    private static let first = "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n\(id)\r\n" + file("a.txt", "first", type: "text/plain")

    /// A moment that isn't the one of the tests.
    private static let later = Moment(milliseconds: 1_800_000_000_123)
    private static let arriving = "\(id)__new-\(later.milliseconds)"

    @Test func aServerThatDiesBeforeCommitChangesNothing() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await server.leave("second", as: Self.arriving)
            try await server.leave("of no row", as: "\(key(102))__new-5")
            #expect(try await server.text(Self.id) == "first")
            try await server.recover()
            #expect(server.files == ["\(Self.id).txt"])
            #expect(try await server.text(Self.id) == "first")
        }
    }

    /// The same extension, so the same lasting name, and another one.
    @Test(arguments: ["txt", "md"]) func aServerThatDiesAfterCommitHasGivenTheNewBytes(_ suffix: String) async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await server.leave("second!", as: Self.arriving)
            try await server.run(
                """
                UPDATE directus_files SET uploaded_on = '\(Self.later.isoText)', filesize = 7, filename_disk = '\(Self.id).\(suffix)'
                """)
            #expect(try await server.text(Self.id) == "second!")
            try await server.recover()
            #expect(server.files == ["\(Self.id).\(suffix)"])
            #expect(try await server.text(Self.id) == "second!")
            try await server.recover()
            #expect(server.files == ["\(Self.id).\(suffix)"])
        }
    }

    /// Left by a dead server, and its row replaced again or deleted before anybody has tidied up.
    @Test func nothingIsLeftOfADeadServerWhoseRowMovesOn() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await server.leave("second!", as: Self.arriving)
            try await server.run("UPDATE directus_files SET uploaded_on = '\(Self.later.isoText)', filesize = 7")
            _ = try await server.replace(Self.id, Self.file("b.txt", "third", type: "text/plain"))
            #expect(server.files == ["\(Self.id).txt"])
            #expect(try await server.text(Self.id) == "third")
            try await server.leave("fourth", as: Self.arriving)
            try await server.delete([Self.id])
            #expect(server.files == [])
        }
    }

    /// Under a name that the row no longer tells when it is given new ones, nor ever will by chance.
    @Test func replacedBytesAreGoneWhateverTheirName() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await server.run("UPDATE directus_files SET filename_disk = 'x', filename_download = 'b.csv', type = 'text/csv'")
            #expect(try await server.text(Self.id) == "first")
            _ = try await server.replace(Self.id, Self.file("c.csv", "new", type: "text/csv"))
            #expect(server.files == ["\(Self.id).csv"])
            try await server.run("UPDATE directus_files SET filename_disk = '\(Self.id).txt'")
            #expect(try await server.text(Self.id) == "new")
        }
    }

    /// A client may forget when the bytes came.
    @Test func bytesAreFoundWithoutTheirMoment() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await server.run(
                "UPDATE directus_files SET uploaded_on = NULL, filename_disk = 'q', filename_download = 'z.gif', type = 'image/gif'")
            #expect(try await server.text(Self.id) == "first")
        }
    }

    /// The last bytes of a row stay, should a client have written `uploaded_on` before the server was started again.
    @Test func keepsTheOnlyBytesOfARow() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await server.leave("second!", as: Self.arriving)
            try await server.run("UPDATE directus_files SET filename_disk = 'x.md', filename_download = 'x.md', type = 'text/markdown'")
            try await server.recover()
            #expect(server.files == ["\(Self.id).txt", Self.arriving].sorted())
            #expect(try await server.text(Self.id) == "first")
        }
    }

    /// The bytes have been placed when COMMIT refuses, or when the connection goes with it.
    @Test(arguments: ["RAISE EXCEPTION 'no'", "PERFORM pg_terminate_backend(pg_backend_pid())"])
    func aCommitThatFailsLeavesNothing(_ body: String) async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await server.run(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(body); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON directus_files DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW EXECUTE FUNCTION refuse();
                """)
            for name in ["b.txt", "b.md"] {
                await #expect(throws: (any Error).self) {
                    try await server.replace(Self.id, Self.file(name, "second!", type: "text/plain"))
                }
                #expect(server.files == ["\(Self.id).txt"])
                #expect(try await server.text(Self.id) == "first")
            }
            try await server.run("DROP TRIGGER refuse ON directus_files")
            _ = try await server.replace(Self.id, Self.file("c.md", "third", type: "text/markdown"))
            #expect(server.files == ["\(Self.id).md"])
            #expect(try await server.text(Self.id) == "third")
        }
    }

    /// What is committed keeps its bytes, also where the answer can't be given.
    @Test func anAnswerThatFailsLosesNoBytes() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            await #expect(throws: WireError.self) {
                try await server.replace(Self.id, Self.file("b.md", "# second", type: "text/markdown"), query: "filter[id][_nonsense]=1")
            }
            let asset = try await server.assets.open(Self.id, caller: FileServer.admin, in: server.snapshot, now: server.now)
            let isNew = asset.type == "text/markdown"
            #expect(try await server.text(Self.id) == (isNew ? "# second" : "first"))
            #expect(server.files == ["\(Self.id).\(isNew ? "md" : "txt")"])
        }
    }

    /// All at the same moment of the clock, each with a type of its own.
    @Test func replacementsAtOnceLeaveOneOfThem() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    let suffix = number.isMultiple(of: 2) ? "txt" : "md"
                    group.addTask {
                        _ = try await server.client.loop.run {
                            try await server.replace(
                                Self.id, Self.file("n\(number).\(suffix)", "bytes of n\(number).\(suffix)", type: "text/plain"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let asset = try await server.assets.open(Self.id, caller: FileServer.admin, in: server.snapshot, now: server.now)
            #expect(try await server.text(Self.id) == "bytes of \(asset.name)")
            #expect(server.files == ["\(Self.id)\(asset.name.hasSuffix(".md") ? ".md" : ".txt")"])
        }
    }

    /// Who reads while bytes are replaced gets a row and the bytes that belong to it.
    @Test func readersSeeOneOrTheOther() async throws {
        try await withFileServer { server async throws in
            _ = try await server.upload(Self.first)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await server.client.loop.run {
                        for number in 0..<40 {
                            let name = "n\(number).txt"
                            let content = "\(name):" + String(repeating: "x", count: number)
                            _ = try await server.replace(Self.id, Self.file(name, content, type: "text/plain"))
                        }
                    }
                }
                group.addTask {
                    try await server.client.loop.run {
                        for _ in 0..<300 {
                            let (name, text) = try await server.nameAndText(Self.id)
                            if name != "a.txt" { #expect(text.prefix { $0 != ":" } == name) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.files == ["\(Self.id).txt"])
        }
    }
}

import Glibc
import TestSupport
import Testing

/// Parts of files for whom has the rest of them (RFC 9110, section 13.1.5).
@Suite struct AssetRangeTests {
    private static let file = "f0000000-0000-4000-8000-000000000001"
    private static let boss = [(name: "Authorization", value: "Bearer boss")]
    private static let tag = #""1735689600""#
    private static let date = "Wed, 01 Jan 2025 00:00:00 GMT"

    @Test func `If-Range gives a part only of what the client has`() async throws {
        try await withTemporaryFolder { folder in
            var setup = TestAPI.Setup()
            setup.storageRoot = folder
            try write("0123456789", to: "\(folder)/\(Self.file).txt")
            try await withAPI(Library.model, setup: setup) { api in
                try await api.client.run(
                    """
                    INSERT INTO directus_files (id, storage, filename_disk, filename_download, type, filesize, modified_on)
                      VALUES ('\(Self.file)', 'local', '\(Self.file).txt', 'text.txt', 'text/plain', 10, '2025-01-01T00:00:00Z')
                    """)
                let whole = try await api.raw("GET /assets/\(Self.file)", Self.boss)
                #expect(whole.headers["etag"] == Self.tag)
                #expect(whole.headers["last-modified"] == Self.date)
                for given in [nil, Self.tag, Self.date] { try await Self.expect(206, "234", given, api) }
                for given in [
                    "W/\(Self.tag)", #""other""#, "*", "", "1735689600", "\(Self.tag), \(Self.tag)", "Wed, 01 Jan 2025 00:00:01 GMT",
                    "Tue, 31 Dec 2024 23:59:59 GMT", "Wednesday, 01-Jan-25 00:00:00 GMT",
                ] { try await Self.expect(200, "0123456789", given, api) }
                let beyond = try await api.raw("GET /assets/\(Self.file)", Self.boss + [("Range", "bytes=50-"), ("If-Range", #""other""#)])
                #expect(beyond.status == 200)
            }
        }
    }

    private static func expect(
        _ status: Int, _ text: String, _ given: String?, _ api: TestAPI, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let condition = given.map { [(name: "If-Range", value: $0)] } ?? []
        let answer = try await api.raw("GET /assets/\(file)", boss + [("Range", "bytes=2-4")] + condition)
        #expect(answer.status == status, "\(given ?? "none")", sourceLocation: sourceLocation)
        #expect(answer.text == text, "\(given ?? "none")", sourceLocation: sourceLocation)
        #expect(answer.headers["content-range"] == (status == 206 ? "bytes 2-4/10" : nil), "\(given ?? "none")", sourceLocation: sourceLocation)
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        try #require(fputs(text, file) >= 0)
    }
}

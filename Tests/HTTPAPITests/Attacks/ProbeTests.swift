import JSONText
import Testing

/// What strangers learn of the server, and probes for files: B10, B11 (contract/attacks.md).
@Suite struct ProbeTests {
    /// [GHSA-5mhg-wv8w-p59j, GHSA-rmjh-cf9q-pv7q]
    @Test func `B10 strangers learn neither versions nor the database nor collections`() async throws {
        try await withAPI(Harbour.model) { api in
            let health = try await api.raw("GET /server/health")
            #expect(health.status == 200 && health.text == #"{"status":"ok"}"#)
            let info = try await api.send("GET /server/info", as: nil)
            #expect(info.body?["data"]?.object?.keys == ["project", "setupCompleted"])
            for target in [
                "/server/health", "/server/info", "/server/specs/oas", "/server/ping", "/docs", "/docs/page.js", "/robots.txt", "/auth", "/",
                "/items/nothing",
                "/admin", "/metrics", "/graphql",
            ] {
                let answer = try await api.raw("GET \(target)")
                let text = (answer.text + answer.headers.description).lowercased()
                for word in ["11.17", "postgres", "swift", "kerege/", "libpq", "ships", "vaults", "harbour", "public.", "/work/", "select "] {
                    #expect(!text.contains(word), "\(target): \(word)")
                }
            }
        }
    }

    private static let missing = "f0000000-0000-4000-8000-0000000000ff"
    private static let hidden = "f0000000-0000-4000-8000-000000000001"

    /// Bytes of a hidden row, of none, of a key that is none, and of a row whose bytes are lost.
    @Test(arguments: [
        (rule: String?.none, caller: "ann", refused: Refused.collection("directus_files")),
        (rule: #"{"title":{"_eq":"open"}}"#, caller: "ann", refused: Refused.action("read", "directus_files")),
        (rule: nil, caller: "boss", refused: Refused.plain),
    ])
    func `B11 a probe for a file gets the same bytes, whatever is there`(_ example: (rule: String?, caller: String, refused: String)) async throws {
        try await withAPI(Harbour.model) { api in
            let right = example.rule.map { Right.sql([Right("read", "directus_files", "*", rule: $0)], of: Harbour.matePolicy, from: 700) } ?? ""
            try await api.client.run(
                """
                INSERT INTO directus_files (id, storage, filename_disk, filename_download, title, type) VALUES
                  ('\(Self.hidden)', 'local', '\(Self.hidden).txt', 'secret.txt', 'closed', 'text/plain');
                \(right)
                """)
            try await api.reloadRights()
            for id in [
                Self.hidden, Self.hidden.uppercased(), Self.missing, "x", "..%2F..%2Fetc%2Fpasswd", "%2e%2e", String(repeating: "a", count: 300),
            ] {
                for target in ["/assets/\(id)", "/assets/\(id)/secret.txt", "/assets/\(id)?download", "/assets/\(id)?width=10"] {
                    let answer = try await api.send("GET \(target)", as: example.caller)
                    #expect(answer.status == 403, "\(target)")
                    #expect(answer.body == (try JSONParser.parse(example.refused)), "\(target) \(answer.body?.text ?? "")")
                }
            }
        }
    }
}

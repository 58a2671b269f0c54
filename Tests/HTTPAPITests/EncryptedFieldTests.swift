import JSONText
import Testing

/// Fields that are encrypted where they are stored and masked where they are read (contract/system.md, section 8).
@Suite struct EncryptedFieldTests {
    @Test func anEncryptedFieldIsStoredSealedAndReadMasked() async throws {
        try await withAPI(Library.model) { api in
            let stored = "SELECT ai_openai_api_key FROM directus_settings"
            let masked: JSONValue = ["data": ["ai_openai_api_key": "**********"]]
            let path = "/settings?fields=ai_openai_api_key"
            let written = try await api.send("PATCH \(path)", as: "boss", ["ai_openai_api_key": "sk-12"])
            #expect(written.status == 200 && written.body == masked)
            #expect(try await api.rows(stored) == "sealed:5")
            #expect(try await api.rows("SELECT count(*) FROM directus_revisions WHERE data::text || delta::text LIKE '%sk-12%'") == "0")
            #expect(try await api.send("GET \(path)", as: "boss").body == masked)
            // What a form sends back is no new value; null is one.
            _ = try await api.send("PATCH \(path)", as: "boss", ["ai_openai_api_key": "**********"])
            #expect(try await api.rows(stored) == "sealed:5")
            #expect(try await api.send("PATCH \(path)", as: "boss", ["ai_openai_api_key": .null]).body == ["data": ["ai_openai_api_key": .null]])
        }
    }
}

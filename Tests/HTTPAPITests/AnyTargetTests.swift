import JSONText
import Testing

/// What a row of many-to-any may name: an allowed collection, and a key or an object (contract/items.md, 4.4).
@Suite struct AnyTargetTests {
    private static func refused(_ body: String, _ reason: String, _ request: String = "PATCH /items/ships_cargo/1") -> APIScenario {
        APIScenario("\(request) \(body)", as: "boss", request, body, status: 400, Refused.payload(reason), untouched: Harbour.state)
    }

    private static func unlinked(_ name: String) -> String { #""ships_cargo.item" can't be linked to collection "\#(name)""# }

    private static let unfit = #"Invalid value for field "item""#

    private static let refusals = [
        refused(#"{"collection":"vaults"}"#, unlinked("vaults")), refused(#"{"collection":"nowhere"}"#, unlinked("nowhere")),
        refused(#"{"collection":""}"#, unlinked("")), refused(#"{"collection":5}"#, unlinked("5")),
        refused(#"{"collection":true}"#, unlinked("true")), refused(#"{"collection":["crates"]}"#, unlinked(#"["crates"]"#)),
        refused(#"{"collection":"vaults","item":null}"#, unlinked("vaults")), refused(#"{"collection":"vaults","item":"1"}"#, unlinked("vaults")),
        refused(#"{"collection":"vaults","item":{"label":"x"}}"#, unlinked("vaults")),
        refused(#"{"collection":5,"item":{"label":"x"}}"#, unlinked("5")), refused(#"{"collection":"crates","item":[1]}"#, unfit),
        refused(#"{"item":[]}"#, unfit), refused(#"{"item":true}"#, unfit),
        refused(#"{"collection":"vaults"}"#, unlinked("vaults"), "POST /items/ships_cargo"),
        refused(#"{"cargo":{"create":[{"collection":5,"item":"1"}]}}"#, unlinked("5"), "PATCH /items/ships/1"),
    ]

    @Test func whatCannotBeLinkedIsRefused() async throws {
        try await Self.refusals.run(on: Harbour.model)
    }

    @Test func keysObjectsAndNothingAreTaken() async throws {
        try await withAPI(Harbour.model) { api in
            for (body, row) in [
                (#"{"collection":"beasts"}"#, "beasts|1"), (#"{"collection":"crates","item":1}"#, "crates|1"), (#"{"item":"7"}"#, "crates|7"),
                (#"{"collection":"crates","item":{"id":1}}"#, "crates|1"), (#"{"item":null}"#, "crates|-"), (#"{"collection":null}"#, "-|-"),
            ] {
                let answer = try await api.send("PATCH /items/ships_cargo/1", as: "boss", try JSONParser.parse(body))
                #expect(answer.status == 200, "\(body): \(answer.body?.text ?? "")")
                #expect(try await api.rows("SELECT collection, item FROM ships_cargo WHERE id = 1") == row, "\(body)")
            }
        }
    }
}

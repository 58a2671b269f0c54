import SchemaModel
import Templates
import Testing

/// Rows that can't be written, and references that lead nowhere.
@Suite struct RefusedRowTests {
    private static func fault(_ change: [String: String?], _ server: TemplateServer) async -> TemplateFault? {
        do {
            _ = try await server.load(change)
            return nil
        } catch {
            return error as? TemplateFault
        }
    }

    @Test func namesTheRowAndGoesOnFromThereTheNextTime() async throws {
        let long = #"[{"id":"\#(Choir.key("b", 2))","name":"Bea"},{"id":"\#(Choir.key("b", 1))","name":"A name of more than twenty letters"}]"#
        try await withTemplateServer { (server) async throws in
            let fault = await Self.fault(["content/singers.json": long], server)
            #expect(
                fault?.description
                    == "content/singers.json: [1] (\(Choir.key("b", 1))): Value \"A name of more than twenty letters\" for field \"name\" in collection \"singers\" is too long."
            )
            #expect(fault?.report.tables.contains { $0.collection == "directus_users" && $0.new == 2 } == true)
            #expect(try await server.rows("SELECT (SELECT count(*) FROM singers), (SELECT count(*) FROM songs)") == "0|0")
            #expect(try await server.load().tables.first { $0.collection == "singers" }?.new == 3)
            #expect(try await server.rows("SELECT (SELECT count(*) FROM singers), (SELECT count(*) FROM songs)") == "3|2")
        }
    }

    @Test func leavesNoBytesOfRefusedFiles() async throws {
        let path = #"[{"id":"\#(Choir.key("5", 1))","storage":"local","filename_disk":"../x.txt","filename_download":"x.txt","type":"text/plain"}]"#
        try await withTemplateServer { (server) async throws in
            let fault = await Self.fault(["files.json": path], server)
            #expect(
                fault?.description
                    == "files.json: [0] (\(Choir.key("5", 1))): Invalid payload. \"filename_disk\" has to be a plain file name.")
            #expect(try await server.rows("SELECT count(*) FROM directus_files") == "0")
        }
    }

    @Test func namesTheFileWhoseValuesCannotBeLookedUp() async throws {
        let change = #"[{"id":7,"singer":"\#(Choir.key("b", 1))","shelf":"third"}]"#
        try await withTemplateServer { (server) async throws in
            let fault = await Self.fault(["content/songs.json": change], server)
            #expect(fault?.description.hasPrefix("content/singers.json, content/songs.json: Invalid") == true, "\(String(describing: fault))")
        }
    }

    @Test func refusesCirclesOfFieldsThatCannotBeEmpty() async throws {
        let change = [
            "content/locks.json": #"[{"id":"\#(Choir.key("a", 1))","other":"\#(Choir.key("a", 2))"}]"#,
            "content/keyholes.json": #"[{"id":"\#(Choir.key("a", 2))","other":"\#(Choir.key("a", 1))"}]"#,
        ]
        try await withTemplateServer { (server) async throws in
            #expect(
                await Self.fault(change, server)?.description
                    == "content/keyholes.json: [0] (\(Choir.key("a", 2))): 2 rows point at each other by fields that can't be empty")
        }
    }

    @Test func writesRowsThatPointAtThemselvesAndLongChainsInOrder() async throws {
        let seats = (0..<400).reversed().map { number in
            #"{"id":"\#(Self.seat(number))","before":"\#(Self.seat(max(0, number - 1)))"}"#
        }
        try await withTemplateServer { (server) async throws in
            let report = try await server.load(["content/seats.json": "[\(seats.joined(separator: ","))]"])
            #expect(report.tables.first { $0.collection == "seats" }?.new == 400)
            #expect(try await server.rows("SELECT count(*) FROM directus_activity WHERE collection = 'seats'") == "400")
        }
    }

    @Test func emptiesReferencesThatLeadNowhereAndLeavesOutRowsThatNeedThem() async throws {
        let change: [String: String?] = [
            "content/singers.json": #"[{"id":"\#(Choir.key("b", 1))","name":"Ada","teacher":"\#(Choir.key("b", 8))","account":"no uuid"}]"#,
            // Seat 1 needs seat 9, which isn't there; seat 2 needs seat 1.
            "content/seats.json":
                #"[{"id":"\#(Self.seat(1))","before":"\#(Self.seat(9))"},{"id":"\#(Self.seat(2))","before":"\#(Self.seat(1))"}]"#,
        ]
        try await withTemplateServer { (server) async throws in
            let report = try await server.load(change)
            #expect(try await server.rows("SELECT name, teacher, account FROM singers") == "Ada|-|-")
            #expect(try await server.rows("SELECT count(*) FROM seats") == "0")
            #expect(report.tables.first { $0.collection == "seats" }?.skipped == 2)
            #expect(
                Array(report.notes.suffix(4)) == [
                    "content/seats.json: 2 rows left out: `seats` has no row \(Self.seat(1)), \(Self.seat(9)) (`before`)",
                    "content/singers.json: `teacher` of 1 row left empty: `singers` has no row \(Choir.key("b", 8)) (`teacher`)",
                    "content/singers.json: `account` of 1 row left empty: `directus_users` has no row no uuid (`account`)",
                    "content/songs.json: 1 row left out: `singers` has no row \(Choir.key("b", 2)) (`singer`)",
                ])
        }
    }

    private static func seat(_ number: Int) -> String {
        let digits = String(number)
        return "5ea00000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}

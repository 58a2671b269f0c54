import JSONText
import SchemaModel
import Testing

/// Fields of every type go through the same access: hidden ones are refused, masked ones are null, wherever they are named (C20 of
/// contract/attacks.md). [GHSA-6mhr-52mv-6v6f]
@Suite struct EveryTypeTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let type: FieldType
        let yaml: String
        let value: String
        let other: String

        var name: String { "f_\(type.wireName)" }
        var testDescription: String { type.wireName }

        /// - Returns: nil for what has no column, or needs an extension that this database has not.
        init?(_ type: FieldType) {
            self.type = type
            switch type {
            case .string: (yaml, value, other) = ("string", "'seven'", "'eight'")
            case .text: (yaml, value, other) = ("text", "'seven'", "'eight'")
            case .boolean: (yaml, value, other) = ("boolean", "true", "false")
            case .integer: (yaml, value, other) = ("integer", "7", "8")
            case .bigInteger: (yaml, value, other) = ("bigInteger", "7", "8")
            case .float: (yaml, value, other) = ("float", "7", "8")
            case .decimal: (yaml, value, other) = ("decimal", "7", "8")
            case .date: (yaml, value, other) = ("date", "'2020-01-07'", "'2020-01-08'")
            case .time: (yaml, value, other) = ("time", "'07:00'", "'08:00'")
            case .dateTime: (yaml, value, other) = ("dateTime", "'2020-01-07T07:00'", "'2020-01-08T08:00'")
            case .timestamp: (yaml, value, other) = ("timestamp", "'2020-01-07T07:00Z'", "'2020-01-08T08:00Z'")
            case .json: (yaml, value, other) = ("json", "'[7]'", "'[8,8]'")
            case .csv: (yaml, value, other) = ("csv", "'seven'", "'eight'")
            case .uuid:
                (yaml, value, other) = ("uuid", "'00000000-0000-4000-8000-000000000007'", "'00000000-0000-4000-8000-000000000008'")
            case .hash: (yaml, value, other) = ("hash", "'seven'", "'eight'")
            case .binary: (yaml, value, other) = ("binary", "'seven'", "'eight'")
            case .unknown: (yaml, value, other) = ("{ type: unknown, column: inet }", "'10.0.0.7'", "'10.0.0.8'")
            case .geometry, .alias: return nil
            }
        }
    }

    static let samples = [
        FieldType.string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .json, .csv, .uuid, .hash,
        .binary, .unknown,
    ].compactMap { Sample($0) }

    private static let model = TestModel(
        name: "samples",
        files: [
            (
                "Schemas/samples.yaml",
                "collection: samples\nfields:\n  id: { type: integer, auto_increment: true, primary: true }\n"
                    + samples.map { "  \($0.name): \($0.yaml)\n" }.joined()
            )
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access) VALUES ('c0000000-0000-4000-8000-000000000030', 'All', true),
              ('c0000000-0000-4000-8000-000000000031', 'Keys', false), ('c0000000-0000-4000-8000-000000000032', 'Half', false);
            INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000030', 'boss@example.com', 'boss'),
              ('a0000000-0000-4000-8000-000000000031', 'blind@example.com', 'blind'), ('a0000000-0000-4000-8000-000000000032', 'half@example.com', 'half');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000030', 'a0000000-0000-4000-8000-000000000030', 'c0000000-0000-4000-8000-000000000030'),
              ('d0000000-0000-4000-8000-000000000031', 'a0000000-0000-4000-8000-000000000031', 'c0000000-0000-4000-8000-000000000031'),
              ('d0000000-0000-4000-8000-000000000032', 'a0000000-0000-4000-8000-000000000032', 'c0000000-0000-4000-8000-000000000032');
            \(Right.sql([Right("read", "samples", "id")], of: "c0000000-0000-4000-8000-000000000031", from: 600))
            \(Right.sql(
                [Right("read", "samples", "id"), Right("read", "samples", samples.map(\.name).joined(separator: ","), rule: #"{"id":{"_eq":1}}"#)],
                of: "c0000000-0000-4000-8000-000000000032", from: 601))
            INSERT INTO samples (id, \(samples.map { "\"\($0.name)\"" }.joined(separator: ", ")))
              SELECT i, \(samples.map(\.value).joined(separator: ", ")) FROM generate_series(1, 2) AS i;
            """)

    @Test(arguments: samples) func `C20 a hidden field is refused wherever it is named`(_ sample: Sample) async throws {
        try await withAPI(Self.model) { api in
            for place in HiddenFieldTests.places where !place.contains("name") {
                var answers: [TestAPI.Answer] = []
                for name in [sample.name, "bogus"] {
                    answers.append(try await api.send("GET /items/samples?\(place.replacing("NAME", with: name))", as: "blind"))
                }
                #expect(answers.map(\.status) == [403, 403], "\(place)")
                #expect(answers[0].body == (try JSONParser.parse(Refused.field(sample.name, "samples"))), "\(place)")
                #expect(answers[1].body == (try JSONParser.parse(Refused.field("bogus", "samples"))), "\(place)")
            }
            let all = try await api.send("GET /items/samples?fields=*", as: "blind")
            #expect(all.body?.text == #"{"data":[{"id":1},{"id":2}]}"#)
        }
    }

    @Test(arguments: samples) func `C20 a masked field is null wherever it is read`(_ sample: Sample) async throws {
        let name = sample.name
        try await withAPI(Self.model) { api in
            let open = try #require(try await api.send("GET /items/samples/1?fields=\(name)", as: "boss").body?["data"]?[name])
            #expect(!open.isNull)
            let ids = "GET /items/samples?fields=id"
            let expected: [(String, String)] = [
                ("GET /items/samples?fields=id,\(name)", #"{"data":[{"id":1,"\#(name)":\#(open.text)},{"id":2,"\#(name)":null}]}"#),
                ("GET /items/samples?fields=\(name)", #"{"data":[{"\#(name)":\#(open.text)}]}"#),
                ("GET /items/samples?fields=id,x&alias[x]=\(name)", #"{"data":[{"id":1,"x":\#(open.text)},{"id":2,"x":null}]}"#),
                ("\(ids)&filter[\(name)][_nnull]=true", #"{"data":[{"id":1}]}"#), ("\(ids)&filter[\(name)][_null]=true", #"{"data":[{"id":2}]}"#),
                ("GET /items/samples?aggregate[count]=\(name)", #"{"data":[{"count":{"\#(name)":"1"}}]}"#),
            ]
            for round in 0..<2 {
                for (request, answer) in expected { #expect(try await api.send(request, as: "half").body?.text == answer, "\(request)") }
                for term in ["seven", "eight", "7", "8"] {
                    let found = try await api.send("\(ids)&search=\(term)", as: "half").body?["data"]?.array ?? []
                    #expect(found.allSatisfy { $0 == ["id": 1] }, "\(term)")
                }
                // Another value where it can't be seen: the same answers.
                if round == 0 { try await api.client.run("UPDATE samples SET \"\(name)\" = \(sample.other) WHERE id = 2") }
            }
        }
    }
}

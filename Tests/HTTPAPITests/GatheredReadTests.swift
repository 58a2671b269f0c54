import JSONText
import Testing

/// All levels of a read by one statement (`GatheredRead`): the answer is that of the levels' own statements, byte for byte.
@Suite struct GatheredReadTests {
    /// Rooms with pictures of many types, painters, tags by a junction, notes below notes. Somebody sees hung pictures, and prices of cheap ones.
    private static let model = TestModel(
        name: "gallery",
        files: [
            (
                "Schemas/rooms.yaml",
                """
                collection: rooms
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                  guard: { to: painters }
                  pictures: { many: pictures, by: room }
                """
            ),
            (
                "Schemas/painters.yaml",
                """
                collection: painters
                fields:
                  id: { type: uuid, primary: true }
                  name: string(40)
                  code: { type: string, hidden: true }
                  pictures: { many: pictures, by: painter }
                """
            ),
            (
                "Schemas/pictures.yaml",
                """
                collection: pictures
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  title: string
                  text: text
                  number: bigInteger
                  share: float
                  price: decimal(20,5)
                  isHung: boolean
                  made: date
                  opens: time
                  seen: dateTime
                  hung: timestamp
                  data: json
                  words: csv
                  room: { to: rooms }
                  painter: { to: painters }
                  tags: { many: pictures_tags, by: picture }
                  notes: { many: notes, by: picture }
                """
            ),
            (
                "Schemas/tags.yaml",
                """
                collection: tags
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                  pictures: { many: pictures_tags, by: tag }
                """
            ),
            (
                "Schemas/pictures_tags.yaml",
                """
                collection: pictures_tags
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  picture: { to: pictures }
                  tag: { to: tags }
                """
            ),
            (
                "Schemas/notes.yaml",
                """
                collection: notes
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  text: string
                  picture: { to: pictures }
                  above: { to: notes }
                  below: { many: notes, by: above }
                """
            ),
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES ('c0000000-0000-4000-8000-000000000010', 'All', true, true),
              ('c0000000-0000-4000-8000-000000000011', 'Hung ones', false, false);
            INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss'),
              ('a0000000-0000-4000-8000-000000000011', 'guest@example.com', 'guest');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010'),
              ('d0000000-0000-4000-8000-000000000011', 'a0000000-0000-4000-8000-000000000011', 'c0000000-0000-4000-8000-000000000011');
            \(Right.sql(
                [
                    Right("read", "rooms", "id,name,pictures"),
                    Right("read", "pictures", "id,title,room,painter,notes", rule: #"{"isHung":{"_eq":true}}"#),
                    Right("read", "pictures", "price", rule: #"{"price":{"_lt":10}}"#),
                    Right("read", "painters", "id,name", rule: #"{"name":{"_neq":"Zoe"}}"#), Right("read", "notes", "*"),
                ], of: "c0000000-0000-4000-8000-000000000011", from: 500))
            INSERT INTO painters (id, name, code) SELECT ('e0000000-0000-4000-8000-00000000000' || n)::uuid, (ARRAY['Ann', 'Bob', 'Zoe'])[n], 'x' || n
              FROM generate_series(1, 3) AS n;
            INSERT INTO rooms (id, name, guard) SELECT n, 'Room ' || n, CASE WHEN n < 4 THEN 'e0000000-0000-4000-8000-000000000001'::uuid END
              FROM generate_series(1, 6) AS n;
            INSERT INTO pictures (id, title, text, number, share, price, "isHung", made, opens, seen, hung, data, words, room, painter)
              SELECT n, 'Picture "' || n || '"', CASE WHEN n % 4 > 0 THEN repeat('line' || chr(10), n) END, 9007199254740993 + n, n / 3.0, n + 0.5, n % 3 > 0,
                date '2024-01-01' + n, time '09:00' + n * interval '1 second', timestamp '2024-01-01 10:00' + n * interval '1 day',
                CASE WHEN n % 5 > 0 THEN timestamptz '2024-01-01 10:00+00' + n * interval '1 hour' END, json_build_object('n', n), 'a,b' || n,
                CASE WHEN n % 7 > 0 THEN 1 + n % 5 END,
                CASE WHEN n % 4 > 0 THEN ('e0000000-0000-4000-8000-00000000000' || n % 4)::uuid END
              FROM generate_series(1, 40) AS n;
            INSERT INTO tags (id, name) SELECT n, 'Tag ' || n FROM generate_series(1, 9) AS n;
            INSERT INTO pictures_tags (picture, tag) SELECT p, t FROM generate_series(1, 40) AS p, generate_series(1, 9) AS t WHERE (p + t) % 4 = 0;
            INSERT INTO notes (id, text, picture, above) SELECT n, 'Note ' || n, 1 + n % 40, CASE WHEN n > 9 THEN n / 3 END
              FROM generate_series(1, 200) AS n;
            """)

    private static let one = "one statement"
    private static let levels = "a statement for each level"

    /// Who asks for what, and how it is read once it is known as quick.
    private static let reads: [(caller: String, request: String, how: String)] = [
        ("boss", "rooms?fields=*,pictures.*&limit=3", one),
        ("boss", "pictures?fields=*,room.*,painter.*,tags.tag.name,notes.text&sort=-title&limit=10", one),
        ("boss", "rooms?fields=*,pictures.*", levels),
        ("boss", "pictures?fields=id,painter.name,notes.id&sort=-hung&limit=7&page=2&filter[isHung][_eq]=true", one),
        ("boss", "rooms/3?fields=name,guard.name,pictures.title,pictures.tags.tag.name,pictures.notes.below.text", one),
        ("boss", "rooms/99?fields=pictures.title", one), ("boss", "rooms?filter[id][_eq]=99&fields=pictures.title&meta=*", one),
        ("boss", "rooms?fields=pictures.title&meta=*&filter[name][_contains]=Room&limit=2", one),
        ("boss", "rooms?fields=id,pictures.id&deep[pictures][_limit]=2&deep[pictures][_offset]=1&deep[pictures][_sort]=-price", one),
        ("boss", "rooms?fields=id,guard.pictures.title&deep[guard][pictures][_limit]=3", one),
        ("boss", "pictures?fields=id,room.pictures.id,room.guard.name&limit=12", one),
        ("boss", "rooms?fields=id,few.title,many.id&alias[few]=pictures&alias[many]=pictures&deep[few][_filter][price][_lt]=9", one),
        ("boss", "rooms?fields=pictures.year(made),pictures.count(notes),pictures.data,pictures.json(data, n)", one),
        ("boss", "rooms?fields=id,pictures.room.id,pictures.room.name,pictures.id", one),
        ("boss", "notes/2?fields=text,above.text,below.below.below.text", one),
        ("boss", "painters?fields=*,pictures.title&sort=name", one), ("boss", "pictures?fields=painter.code,notes.text&limit=3", one),
        ("boss", "rooms?fields=id,pictures.id&deep[pictures][_limit]=-1", levels), ("boss", "rooms?fields=id,pictures.title&limit=-1", levels),
        ("boss", "rooms?fields=id,pictures&deep[pictures][_search]=Picture", one), ("boss", "rooms?fields=pictures", one),
        // What one statement can't read, or must not.
        ("boss", "rooms/6?fields=id,guard.pictures.id&deep[guard][pictures][_filter][made][_eq]=nonsense", levels),
        ("boss", "rooms?fields=id,pictures.id&deep[pictures][_limit]=1000000", levels),
        ("boss", "rooms?fields=id,pictures.id&deep[pictures][_limit]=49&deep[pictures][_offset]=1&limit=400", levels),
        ("guest", "rooms?fields=*.*&limit=6", one), ("guest", "pictures?fields=id,price,room.name,painter.name,notes.text", one),
        ("guest", "rooms?fields=name,pictures.title,pictures.price,pictures.painter.name&deep[pictures][_sort]=-price", one),
        ("guest", "pictures/4?fields=id,notes.text", one), ("guest", "pictures/5?fields=id,notes.text,notes.below.picture.title", one),
    ]

    private static func encoded(_ request: String) -> String {
        request.replacing("[", with: "%5B").replacing("]", with: "%5D").replacing(" ", with: "%20")
    }

    private static func answers(provenAfter: Int) async throws -> [(statements: [String], answer: TestAPI.RawAnswer)] {
        let statements = StatementTexts()
        let setup = TestAPI.Setup(provenAfter: provenAfter, trace: { statements.add($0) })
        return try await withAPI(model, setup: setup) { api in
            var answers: [(statements: [String], answer: TestAPI.RawAnswer)] = []
            for (caller, request, _) in reads {
                // What only the first request of a caller asks.
                _ = try await api.raw("GET /items/rooms/0", [("Authorization", "Bearer \(caller)")])
                _ = statements.take()
                let answer = try await api.raw("GET /items/\(encoded(request))", [("Authorization", "Bearer \(caller)")])
                answers.append((statements.take(), answer))
            }
            return answers
        }
    }

    @Test func oneStatementSaysWhatTheLevelsSay() async throws {
        let expected = try await Self.answers(provenAfter: .max)
        let found = try await Self.answers(provenAfter: 0)
        try #require(expected.count == found.count)
        for (place, (caller, request, how)) in Self.reads.enumerated() {
            let (statements, answer) = found[place]
            #expect(answer == expected[place].answer, "\(caller) \(request)")
            #expect((answer.status == 200) == !request.contains("/99"), "\(request): \(answer.text)")
            #expect(!expected[place].statements.contains { $0.contains("kerege_rows_0") }, "\(request)")
            let isOne = statements.count == 1 && statements[0].contains("kerege_rows_0")
            #expect(isOne == (how == Self.one), "\(request): \(statements)")
        }
    }

    /// Of lists that are longer than one statement reads.
    @Test func longListsAreReadByLevels() async throws {
        let statements = StatementTexts()
        let setup = TestAPI.Setup(provenAfter: 0, trace: { statements.add($0) })
        try await withAPI(Self.model, setup: setup) { api in
            _ = try await api.rows("INSERT INTO notes (id, text, picture) SELECT 1000 + n, 'Note', 1 FROM generate_series(1, 120) AS n")
            var gathered: [Bool] = []
            for _ in 0..<3 {
                _ = statements.take()
                let answer = try await api.send("GET /items/pictures?fields=id,notes.id&sort=id&limit=2", as: "boss")
                let rows = answer.body?["data"]?.array ?? []
                #expect(rows.map { $0["notes"]?.array?.count } == [100, 5])
                gathered.append(statements.take().contains { $0.contains("kerege_rows_0") })
            }
            // Tried once, then known.
            #expect(gathered == [true, false, false])
        }
    }

    /// Columns that are of another type by now, for one.
    @Test func whatOneStatementCantReadIsReadByLevels() async throws {
        let statements = StatementTexts()
        try await withAPI(Self.model, setup: TestAPI.Setup(provenAfter: 0, trace: { statements.add($0) })) { api in
            try await api.client.run("ALTER TABLE notes ALTER COLUMN text TYPE integer USING id")
            for isFirst in [true, false, false] {
                _ = statements.take()
                let answer = try await api.send("GET /items/pictures?fields=title,notes.text&sort=id&limit=1", as: "boss")
                #expect(answer.status == 200)
                #expect(answer.body?["data"]?.array?.first?["notes"]?.array?.count == 5)
                #expect(statements.take().contains { $0.contains("kerege_rows_0") } == isFirst)
            }
        }
    }

    @Test func whatIsOftenQuickBecomesOneStatement() async throws {
        let statements = StatementTexts()
        try await withAPI(Self.model, setup: TestAPI.Setup(trace: { statements.add($0) })) { api in
            var texts = Set<String>()
            for run in 0..<40 {
                let answer = try await api.send("GET /items/rooms?fields=id,pictures.title&limit=3", as: "boss")
                texts.insert(answer.body?.text ?? "")
                if statements.take().contains(where: { $0.contains("kerege_rows_0") }) {
                    #expect(run >= 8)
                    #expect(texts.count == 1)
                    return
                }
            }
            Issue.record("40 reads of six short rows were never quick")
        }
    }
}

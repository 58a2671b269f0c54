import JSONText
import Testing

/// What a write answers from its own statement is, to the byte, what a read would answer; everything else is read.
@Suite struct ToldRowTests {
    private static let boss = "a0000000-0000-4000-8000-000000000061"
    private static let clerk = "a0000000-0000-4000-8000-000000000062"
    private static let all = "c0000000-0000-4000-8000-000000000061"
    private static let some = "c0000000-0000-4000-8000-000000000062"

    private static let rights: [Right] = [
        Right("create", "things", "*"), Right("update", "things", "*"), Right("read", "things", "id,name,n,secret"),
        Right("create", "ruled", "*"), Right("update", "ruled", "*"), Right("read", "ruled", "*", rule: #"{"n":{"_lt":10}}"#),
        Right("create", "masked", "*"), Right("update", "masked", "*"), Right("read", "masked", "id,name"),
        Right("read", "masked", "n", rule: #"{"name":{"_eq":"open"}}"#), Right("create", "unread", "*"), Right("update", "unread", "*"),
        Right("create", "keyed", "*"), Right("read", "keyed", "name,n"), Right("read", "keyed", "id", rule: #"{"n":{"_lt":10}}"#),
    ]

    private static func small(_ name: String) -> String {
        "---\ncollection: \(name)\nfields:\n  id: { type: integer, auto_increment: true, primary: true }\n  name: string\n  n: integer\n"
    }

    private static let model = TestModel(
        name: "told-rows",
        files: [
            (
                "Schemas/things.yaml",
                """
                collection: things
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                  n: { type: integer, default: 7 }
                  long: text
                  flag: boolean
                  big: bigInteger
                  real: float
                  exact: { type: decimal, precision: 10, scale: 3 }
                  day: date
                  hour: time
                  wall: dateTime
                  moment: timestamp
                  meta: json
                  metab: { type: json, jsonb: true }
                  tags: csv
                  code: uuid
                  bytes: binary
                  phrase: hash
                  secret: { type: string, conceal: true }
                  above: { to: things }
                  below: { many: things.above }
                ---
                collection: flat
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                  n: { type: integer, default: 7 }
                  long: text
                  flag: boolean
                  big: bigInteger
                  real: float
                  exact: { type: decimal, precision: 10, scale: 3 }
                  day: date
                  hour: time
                  wall: dateTime
                  moment: timestamp
                  meta: json
                  metab: { type: json, jsonb: true }
                  code: uuid
                  phrase: hash
                  secret: { type: string, conceal: true }
                  above: { to: things }
                  twice: { type: integer, generated: { sql: "n * 2" } }
                ---
                collection: tokens
                fields:
                  id: { type: uuid, primary: true }
                  name: string
                ---
                collection: words
                fields:
                  id: { type: string, primary: true }
                  name: string
                ---
                collection: silent
                accountability: none
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                ---
                collection: brief
                accountability: activity
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string

                """ + small("ruled") + small("masked") + small("unread") + small("keyed")
            )
        ],
        rows: """
            DELETE FROM directus_access; DELETE FROM directus_permissions;
            INSERT INTO directus_policies (id, name, admin_access) VALUES ('\(all)', 'All', true), ('\(some)', 'Some', false);
            INSERT INTO directus_users (id, email, token) VALUES ('\(boss)', 'boss@example.com', 'boss'), ('\(clerk)', 'clerk@example.com', 'clerk');
            INSERT INTO directus_access (id, "user", policy) VALUES ('d0000000-0000-4000-8000-000000000061', '\(boss)', '\(all)'),
              ('d0000000-0000-4000-8000-000000000062', '\(clerk)', '\(some)');
            \(Right.sql(rights, of: some, from: 600))
            ALTER TABLE things ADD CONSTRAINT things_name_unique UNIQUE (name);
            INSERT INTO things (id, name) VALUES (1, 'first');
            SELECT setval('things_id_seq', 1);
            """)

    private static let flat = #"""
        "long":"a\"\\\u0001é\n😀","flag":true,"big":9007199254740993,"real":1.5,"exact":12.5,"day":"2024-02-29","hour":"10:20:30",\#
        "wall":"2024-01-31T13:45:00","moment":"2024-01-31T13:45:00.123+02:00","meta":{"b": 1, "a":[1.50,null]},"metab":{"b": 1, "a":[1.50,null]},\#
        "code":"3F2504E0-4F89-11D3-9A0C-0305E82C3301","phrase":"p","secret":"s","above":1
        """#
    private static let values = flat + #","tags":["a","b c"],"bytes":"ab""#
    private static let plain = "fields=id,name,n,long,flag,big,real,exact,day,hour,wall,moment,meta,metab,tags,code,bytes,phrase,secret,above"

    /// How an answer comes about.
    private enum Way { case told, read }

    private struct Case: Sendable {
        let collection: String
        let body: String
        let query: String
        let way: Way
        /// Of a change; lists and bytes take a transaction of several statements.
        var changed = Way.read
        var caller = "boss"
    }

    private static let cases: [Case] = [
        Case(collection: "things", body: "{\(values)}", query: plain, way: .told),
        Case(collection: "things", body: "{}", query: plain, way: .told),
        Case(collection: "things", body: "{\(values)}", query: "fields=n,n,id&alias[a]=name&fields=a,secret,above", way: .told),
        Case(collection: "things", body: "{}", query: "fields=name&sort=-name&limit=1&page=1", way: .told),
        Case(collection: "tokens", body: #"{"name":"x"}"#, query: "", way: .told, changed: .told),
        Case(collection: "tokens", body: #"{"id":"3F2504E0-4F89-11D3-9A0C-0305E82C3301"}"#, query: "fields=*", way: .told, changed: .told),
        Case(collection: "words", body: #"{"id":"é/ x","name":"x"}"#, query: "", way: .told, changed: .told),
        Case(collection: "silent", body: #"{"name":"x"}"#, query: "", way: .told, changed: .told),
        Case(collection: "brief", body: #"{"name":"x"}"#, query: "", way: .told, changed: .told),
        Case(collection: "things", body: #"{"name":"c","n":3}"#, query: "fields=name,n,secret", way: .told, caller: "clerk"),
        Case(collection: "flat", body: "{\(flat)}", query: "fields=*", way: .told, changed: .told),
        // More than columns, or for some rows only.
        Case(collection: "things", body: "{\(values)}", query: "fields=*", way: .read),
        Case(collection: "things", body: "{\(values)}", query: "fields=id,above.name", way: .read),
        Case(collection: "things", body: "{\(values)}", query: "fields=id,year(moment),count(below)", way: .read),
        Case(collection: "things", body: "{\(values)}", query: "fields=id,json(meta,%20a%5B0%5D)", way: .read),
        Case(collection: "things", body: "{}", query: "fields=id&filter[n][_gt]=0", way: .read),
        Case(collection: "things", body: "{}", query: "fields=id&search=7", way: .read),
        Case(collection: "ruled", body: #"{"name":"x","n":1}"#, query: "fields=name", way: .read, caller: "clerk"),
        Case(collection: "masked", body: #"{"name":"shut","n":1}"#, query: "", way: .read, caller: "clerk"),
        Case(collection: "masked", body: #"{"name":"open","n":1}"#, query: "fields=n", way: .read, caller: "clerk"),
        Case(collection: "masked", body: #"{"name":"open","n":1}"#, query: "fields=id,name", way: .told, changed: .told, caller: "clerk"),
    ]

    private static func path(of key: String) -> String {
        key.utf8.map { byte in
            (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x2D
                ? String(UnicodeScalar(byte)) : "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    private static func isRead(_ texts: [String]) -> Bool { texts.contains { $0.hasPrefix("SELECT") && $0.contains(" AS \"t0\"") } }

    /// - Parameter hold: milliseconds.
    @Test(arguments: [0, 60_000]) func answersAreThoseOfReads(hold: Int) async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.ownRulesHold = .milliseconds(hold)
        setup.trace = { texts.add($0) }
        try await withAPI(Self.model, setup: setup) { api in
            for one in Self.cases {
                let name = "\(one.collection) \(one.query) \(one.body)"
                let headers = [(name: "Authorization", value: "Bearer \(one.caller)")]
                _ = texts.take()
                let made = try await api.raw("POST /items/\(one.collection)?\(one.query)", headers, one.body)
                #expect(made.status == 200, "\(name): \(made.text)")
                #expect(Self.isRead(texts.take()) == (one.way == .read), "\(name)")
                let key = try await api.rows("SELECT item FROM directus_activity WHERE action = 'create' ORDER BY id DESC LIMIT 1")
                let found = one.collection == "silent" ? "1" : Self.path(of: key)
                let item = "/items/\(one.collection)/\(found)?\(one.query)"
                let read = try await api.raw("GET \(item)", headers, "")
                #expect(made.text == read.text, "\(name)")
                _ = texts.take()
                let changed = try await api.raw("PATCH \(item)", headers, #"{"name":"open"}"#)
                #expect(changed.status == 200, "\(name): \(changed.text)")
                #expect(Self.isRead(texts.take()) == (one.changed == .read), "change of \(name)")
                #expect(changed.text == (try await api.raw("GET \(item)", headers, "")).text, "change of \(name)")
                try await api.client.run("UPDATE \(one.collection) SET name = NULL WHERE name = 'open'")
            }
        }
    }

    @Test func whoMayNotReadIsToldNothing() async throws {
        try await withAPI(Self.model) { api in
            for (request, body) in [
                ("POST /items/unread", #"{"name":"x"}"#), ("POST /items/unread", #"[{"name":"x"},{"name":"y"}]"#),
                ("PATCH /items/unread/1", #"{"name":"z"}"#), ("POST /items/ruled", #"{"n":10}"#), ("POST /items/things?fields=long", "{}"),
                ("POST /items/things?fields=long", "[{},{}]"),
            ] {
                let answer = try await api.raw(request, [("Authorization", "Bearer clerk")], body)
                #expect(answer.status == 204 && answer.text == "", "\(request) \(body): \(answer.text)")
            }
            #expect(try await api.rows("SELECT string_agg(name, ' ' ORDER BY id) FROM unread") == "z x y")
            #expect(try await api.rows("SELECT count(*) FROM ruled") == "1")
        }
    }

    @Test func aTableIsLookedAtOnceInAWhile() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        setup.ownRulesHold = .seconds(60)
        try await withAPI(Self.model, setup: setup) { api in
            for request in ["POST /items/tokens", "POST /items/brief", "PATCH /items/brief/1"] {
                for isFirst in [!request.hasPrefix("PATCH"), false, false] {
                    _ = texts.take()
                    let answer = try await api.raw(request, TypeValues.boss, #"{"name":"x"}"#)
                    #expect(answer.status == 200)
                    #expect(texts.take().contains { $0.contains("pg_trigger") } == isFirst, "\(request)")
                }
            }
            try await api.client.run(
                """
                CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
                CREATE TRIGGER a AFTER UPDATE ON words FOR EACH ROW EXECUTE FUNCTION same();
                INSERT INTO words (id) VALUES ('k');
                """)
            for isFirst in [true, false, false] {
                _ = texts.take()
                let answer = try await api.raw("PATCH /items/words/k", TypeValues.boss, #"{"name":"x"}"#)
                #expect(answer.text == #"{"data":{"id":"k","name":"x"}}"#)
                let sent = texts.take()
                #expect(sent.contains { $0.contains("pg_trigger") } == isFirst && Self.isRead(sent))
            }
        }
    }

    /// Triggers before the row's write make part of what is returned, those after it don't.
    @Test func triggersAreTold() async throws {
        try await withAPI(Self.model) { api in
            try await api.client.run(
                """
                CREATE FUNCTION before() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := NEW.name || ' before'; RETURN NEW; END $$;
                CREATE FUNCTION after() RETURNS trigger LANGUAGE plpgsql AS $$
                  BEGIN UPDATE tokens SET name = name || ' after' WHERE id = NEW.id; RETURN NULL; END $$;
                """)
            func check(_ made: String, _ changed: String, _ many: String) async throws {
                let one = try await api.raw("POST /items/tokens?fields=name", TypeValues.boss, #"{"name":"x"}"#)
                #expect(one.text == "{\"data\":{\"name\":\"\(made)\"}}")
                let key = try await api.rows("SELECT item FROM directus_activity ORDER BY id DESC LIMIT 1")
                let other = try await api.raw("PATCH /items/tokens/\(key)?fields=name", TypeValues.boss, #"{"name":"y"}"#)
                #expect(other.text == "{\"data\":{\"name\":\"\(changed)\"}}")
                let several = try await api.raw("POST /items/tokens?fields=name", TypeValues.boss, #"[{"name":"z"},{"name":"z"}]"#)
                #expect(several.text == "{\"data\":[{\"name\":\"\(many)\"},{\"name\":\"\(many)\"}]}")
            }
            try await check("x", "y", "z")
            // Of statements that are prepared, and planned, already.
            let each = "INSERT OR UPDATE ON tokens FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION"
            try await api.client.run("CREATE TRIGGER a BEFORE \(each) before()")
            try await check("x before", "y before", "z before")
            try await api.client.run("CREATE TRIGGER b AFTER \(each) after()")
            try await check("x before after", "y before after", "z before after")
            try await api.client.run("DROP TRIGGER a ON tokens; DROP TRIGGER b ON tokens")
            try await check("x", "y", "z")
            try await api.client.run(
                """
                CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$
                  BEGIN UPDATE tokens SET name = name || ' told' WHERE id::text = NEW.item; RETURN NULL; END $$;
                CREATE TRIGGER c AFTER INSERT ON directus_activity FOR EACH ROW EXECUTE FUNCTION told();
                """)
            try await check("x told", "y told", "z told")
        }
    }

    /// Rows that a trigger takes away are not there, and the history tells of the right ones.
    @Test func rowsThatATriggerDropsAreRefused() async throws {
        try await withAPI(Self.model) { api in
            try await api.client.run(
                """
                CREATE FUNCTION drops() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN NEW.name <> 'no' THEN NEW END; END $$;
                CREATE TRIGGER drops BEFORE INSERT ON brief FOR EACH ROW EXECUTE FUNCTION drops();
                """)
            let refused = try await api.raw("POST /items/brief", TypeValues.boss, #"[{"name":"a"},{"name":"no"},{"name":"b"}]"#)
            #expect(refused.status == 500)
            #expect(try await api.rows("SELECT (SELECT count(*) FROM brief), (SELECT count(*) FROM directus_activity)") == "0|0")
        }
    }

    /// What is tried at once and then done in steps has happened once.
    @Test func triggersOfStatementsRunOnce() async throws {
        try await withAPI(Self.model) { api in
            try await api.client.run(
                """
                CREATE TABLE seen (what text);
                CREATE FUNCTION sees() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
                CREATE TRIGGER a BEFORE INSERT ON tokens FOR EACH STATEMENT EXECUTE FUNCTION sees();
                CREATE TRIGGER b AFTER INSERT ON directus_activity FOR EACH STATEMENT EXECUTE FUNCTION sees();
                """)
            let key = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
            let refused = try await api.raw("POST /items/tokens", TypeValues.boss, "[{\"id\":\"\(key)\"},{\"id\":\"\(key)\"}]")
            #expect(refused.status == 400)
            #expect(try await api.rows("SELECT count(*) FROM seen") == "0")
            let made = try await api.raw("POST /items/tokens?fields=name", TypeValues.boss, #"[{"name":"a"},{"name":"a"}]"#)
            #expect(made.text == #"{"data":[{"name":"a"},{"name":"a"}]}"#)
            #expect(try await api.rows("SELECT string_agg(what, ' ' ORDER BY what) FROM seen") == "directus_activity tokens")
        }
    }

    /// A foreign key may change the changed row once more.
    @Test func whatForeignKeysDoIsTold() async throws {
        try await withAPI(Self.model) { api in
            try await api.client.run(
                """
                INSERT INTO things (id) VALUES (2); INSERT INTO flat (n, above) VALUES (1, NULL);
                ALTER TABLE flat ADD UNIQUE (n); ALTER TABLE flat ADD FOREIGN KEY (above) REFERENCES flat (n) ON UPDATE CASCADE;
                UPDATE flat SET above = 1;
                """)
            let changed = try await api.raw("PATCH /items/flat/1?fields=n,above", TypeValues.boss, #"{"n":2}"#)
            #expect(changed.text == #"{"data":{"n":2,"above":2}}"#)
        }
    }

    /// Rights of rows and fields hold in the answer to a batch as in a read.
    @Test func batchesAreToldAsReadsAre() async throws {
        try await withAPI(Self.model) { api in
            let clerk = [(name: "Authorization", value: "Bearer clerk")]
            for (collection, query, rows) in [
                ("masked", "", #"[{"name":"shut","n":1},{"name":"open","n":2}]"#), ("masked", "fields=n", #"[{"name":"shut"},{"name":"open"}]"#),
                ("ruled", "fields=n", #"[{"n":1},{"n":20},{"n":3}]"#), ("things", "fields=name,secret", #"[{"secret":"s"},{"name":"b"}]"#),
                ("keyed", "fields=name&sort=id", #"[{"name":"a","n":20},{"name":"b","n":1}]"#), ("keyed", "", #"[{"name":"a","n":20},{"n":1}]"#),
            ] {
                try await api.client.run("DELETE FROM \(collection)")
                let made = try await api.raw("POST /items/\(collection)?\(query)", clerk, rows)
                let read = try await api.raw("GET /items/\(collection)?\(query)", clerk, "")
                #expect(made.status == 200 && made.text == read.text, "\(collection) \(query)")
                #expect(!made.text.contains(#""s""#))
            }
        }
    }

    /// A table's rows in other tables are read.
    @Test func tablesOfOtherKindsAreWritten() async throws {
        try await withAPI(Self.model) { api in
            try await api.client.run("CREATE TABLE kept () INHERITS (words); INSERT INTO kept (id, name) VALUES ('k', 'x')")
            let changed = try await api.raw("PATCH /items/words/k", TypeValues.boss, #"{"name":"y"}"#)
            #expect(changed.text == #"{"data":{"id":"k","name":"y"}}"#)
            let made = try await api.raw("POST /items/words", TypeValues.boss, #"[{"id":"b"},{"id":"a"}]"#)
            #expect(made.text == #"{"data":[{"id":"a","name":null},{"id":"b","name":null}]}"#)
        }
    }
}

import Postgres
import SQLText
import TestSupport
import Testing

@Suite struct QueryTests {
    @Test(arguments: [PostgresLane.exclusive, .fast]) func `reads values of every kind in place`(_ lane: PostgresLane) async throws {
        try await withClient { client in
            let result = try await client.query(
                statement("SELECT 42 AS n, 'é' AS t, NULL AS nothing, true AS b, '' AS empty, 'infinity'::float8 AS f"), lane: lane)
            #expect(result.rows == [["42", "é", nil, "t", "", "Infinity"]])
            #expect(result.int(0, 0) == 42 && result.bool(0, 3) == true && result.isNull(0, 2) && !result.isNull(0, 4))
            #expect(result.columnName(1) == "t" && result.columnTypeOID(0) == 23 && result.commandTag == "SELECT 1")
            withExtendedLifetime(result) { #expect(Array(result.bytes(0, 1)) == [0xC3, 0xA9]) }
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min), ("9223372036854775808", nil), ("", nil),
            ("-", nil),
            ("1.0", nil), ("+1", nil), (" 1", nil), ("99999999999999999999999", nil),
        ] as [(String, Int?)]) func `reads whole numbers and nothing else`(_ text: String, _ number: Int?) async throws
    {
        try await withClient { client in
            let result = try await client.query(statement("SELECT $1::text", text))
            #expect(result.int(0, 0) == number)
        }
    }

    @Test func `answers nil beyond the edges`() async throws {
        try await withClient { client in
            let result = try await client.query(statement("SELECT 1"))
            for (row, column) in [(-1, 0), (1, 0), (0, 1), (0, -1), (Int.max, 0)] {
                #expect(result.isNull(row, column) && result.bytes(row, column).isEmpty && result.string(row, column) == nil)
            }
            #expect(result.columnName(7) == nil && result.columnTypeOID(-1) == 0)
        }
    }

    @Test(arguments: [PostgresLane.exclusive, .fast]) func `sends binds unchanged`(_ lane: PostgresLane) async throws {
        let texts = ["", "plain", "it's \"quoted\" \\ $1 ;--", "naïve 日本 🎈", String(repeating: "ab\n", count: 500_000), "e\u{301}", "é"]
        try await withClient { client in
            for text in texts {
                let result = try await client.query(statement("SELECT $1::text, octet_length($1::text)", text), lane: lane)
                #expect(result.string(0, 0)?.utf8.elementsEqual(text.utf8) == true)
                #expect(result.int(0, 1) == text.utf8.count)
            }
            let fragment: SQLFragment =
                "SELECT \(bind: .null, as: .text), \(bind: .bytes(Array("xyz".utf8)), as: .text), \(bind: .text("7"), as: .integer) + 1"
            #expect(try await client.query(fragment.statement, lane: lane).rows == [[nil, "xyz", "8"]])
        }
    }

    @Test func `refuses a NUL before anything is sent`() async throws {
        try await withClient { client in
            let bad = SQLFragment("SELECT ").render().statement(slots: [])
            let fragment: SQLFragment = "SELECT \(bind: .text("fine"), as: .text), \(bind: .text("a\0b"), as: .text)"
            #expect(await postgresError { try await client.query(fragment.statement) } == .invalidBind(statement: 0, bind: 1))
            let bytes: SQLFragment = "SELECT \(bind: .bytes([65, 0]), as: .text)"
            #expect(await postgresError { try await client.batch([bad, bytes.statement]) } == .invalidBind(statement: 1, bind: 0))
            #expect(
                await postgresError { try await client.withTransaction { try await $0.query(bytes.statement) } }
                    == .invalidBind(statement: 0, bind: 0))
            let many = SQLTemplate(text: "SELECT 1", sources: Array(repeating: .slot(0), count: 70_000)).statement(slots: [])
            #expect(await postgresError { try await client.query(many) } == .invalidBind(statement: 0, bind: 70_000))
            let one = try await client.query(statement("SELECT 1"))
            #expect(one.int(0, 0) == 1)
        }
    }

    @Test func `reads large answers and many rows`() async throws {
        try await withClient { client in
            let large = try await client.query(statement("SELECT repeat('x', 20000000)"))
            #expect(large.bytes(0, 0).count == 20_000_000)
            let many = try await client.query(statement("SELECT i, md5(i::text) FROM generate_series(1, 100000) i"), lane: .fast)
            #expect(many.rowCount == 100_000 && many.int(99_999, 0) == 100_000)
        }
    }

    @Test func `reports the fields of an error, and none of its data where it is logged`() async throws {
        try await withClient(setUp: "CREATE TABLE person (id int CONSTRAINT person_pk PRIMARY KEY, age int CHECK (age > 0))") { client in
            _ = try await client.query(statement("INSERT INTO person VALUES (1, 7)"))
            let error = await postgresError { try await client.query(statement("INSERT INTO person VALUES ($1, 8)", "1")) }
            let fault = try #require(error?.fault)
            #expect(fault.sqlState == .uniqueViolation && fault.table == "person" && fault.constraint == "person_pk" && fault.schema == "public")
            #expect(fault.statementIndex == 0 && fault.detail?.contains("(id)=(1)") == true)
            #expect(fault.description == "SQLSTATE 23505 table=person constraint=person_pk statement=0")
            let text = await postgresError { try await client.query(statement("SELECT 'hunter2'::int")) }
            #expect(text.map { "\($0)".contains("hunter2") } == false)
            #expect(text.map { String(reflecting: $0).contains("hunter2") } == true)
            #expect(text?.fault?.position == 8)
        }
    }

    @Test func `sets what the text format relies on`() async throws {
        try await withClient({
            $0.searchPath = "\"Odd name\", public"
            $0.sessionSettings = [(name: "lock_timeout", value: "1234")]
            $0.statementTimeout = .milliseconds(7_500)
            $0.fastStatementTimeout = .seconds(1)
        }) { client in
            let result = try await client.query(
                statement(
                    """
                    SELECT current_setting('TimeZone'), current_setting('DateStyle'), current_setting('client_encoding'),
                    current_setting('search_path'), current_setting('lock_timeout'), current_setting('statement_timeout'),
                    current_setting('application_name')
                    """))
            #expect(result.rows == [["UTC", "ISO, MDY", "UTF8", "\"Odd name\", public", "1234ms", "7500ms", "kerege"]])
            #expect(try await client.query(statement("SHOW statement_timeout"), lane: .fast).string(0, 0) == "1s")
        }
    }

    @Test func `runs without prepared statements for poolers`() async throws {
        try await withClient({ $0.preparation = .unnamed }) { client in
            let echoes = [try await client.query(statement("SELECT $1::int", "1")), try await client.query(statement("SELECT $1::int", "2"))]
            let prepared = try await client.query(statement("SELECT count(*) FROM pg_prepared_statements"))
            #expect(echoes.map { $0.int(0, 0) } == [1, 2] && prepared.int(0, 0) == 0)
        }
    }
}

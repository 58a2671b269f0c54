import HTTPAPI
import JSONText

/// One head and its many members, in both directions.
enum Crowd {
    static let model = TestModel(
        name: "crowd",
        files: [
            (
                "Schemas/crowd.yaml",
                """
                collection: crowd
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                  body: text
                  data: json
                  head: { to: crowd, index: true }
                  members: { many: crowd.head }
                """
            )
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access) VALUES ('c0000000-0000-4000-8000-000000000010', 'All', true);
            INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010');
            INSERT INTO crowd (id, name) VALUES (1, 'head');
            INSERT INTO crowd (id, name, head) SELECT n, 'member ' || n, 1 FROM generate_series(2, 61) AS n;
            SELECT setval('crowd_id_seq', 1000);
            ANALYZE crowd;
            """)

    /// For queries that are longer than bodies usually may be.
    static var largeBodies: APISettings {
        var settings = APISettings()
        settings.maximumPayload = 4_194_304
        return settings
    }
}

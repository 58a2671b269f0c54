import JSONText
import Testing

/// A collection with a field of each type, and others whose keys are of odd types.
enum TypeValues {
    static let model = TestModel(
        name: "type-values",
        files: [
            (
                "Schemas/values.yaml",
                """
                collection: values
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  f_string: string
                  f_text: text
                  f_boolean: boolean
                  f_integer: integer
                  f_big: bigInteger
                  f_float: float
                  f_decimal: { type: decimal, precision: 40, scale: 10 }
                  f_date: date
                  f_time: time
                  f_dateTime: dateTime
                  f_timestamp: timestamp
                  f_json: json
                  f_jsonb: { type: json, jsonb: true }
                  f_csv: csv
                  f_uuid: uuid
                  f_hash: hash
                  f_binary: binary
                """
            ),
            (
                "Schemas/keys.yaml",
                keyTypes.map { "collection: k_\($0)\nfields: { id: { type: \($0), primary: true }, n: integer }\n" }.joined(separator: "---\n")
            ),
            ("Schemas/numbered.yaml", "collection: numbered\nfields: { n: integer }\n"),
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access) VALUES ('c0000000-0000-4000-8000-000000000010', 'All', true);
            INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010');
            """)

    private static let keyTypes = ["string", "text", "bigInteger", "uuid", "decimal", "float", "date", "time", "dateTime", "timestamp", "boolean"]
    static let boss = [(name: "Authorization", value: "Bearer boss")]
}

/// Collections of every accountability, related and not, and a clerk who may write some rows of `notes`.
enum Shelves {
    static let boss = "a0000000-0000-4000-8000-000000000041"
    static let clerk = "a0000000-0000-4000-8000-000000000042"
    static let file = "f0000000-0000-4000-8000-000000000041"
    static let book = "e0000000-0000-4000-8000-000000000041"
    private static let clerkPolicy = "c0000000-0000-4000-8000-000000000042"

    private static let open = #"{"status":{"_neq":"locked"}}"#
    private static let few = #"{"views":{"_lt":100}}"#

    private static let rights: [Right] = [
        Right("read", "notes", "id,title,status,views,author", rule: open),
        Right("create", "notes", "title,views", validation: few, presets: #"{"author":"$CURRENT_USER","status":"new"}"#),
        Right("update", "notes", "title,views,moment,code", rule: open, validation: few, presets: #"{"status":"touched"}"#),
        Right("update", "worded", "word", rule: #"{"id":{"_eq":1}}"#),
        Right("update", "notes", "status", rule: #"{"author":{"_eq":"$CURRENT_USER"}}"#),
    ]

    /// All rows that writes of these tests might change, and their history.
    static let state = """
        SELECT (SELECT json_agg(t ORDER BY id) FROM shelves t), (SELECT json_agg(t ORDER BY id) FROM books t),
          (SELECT json_agg(t ORDER BY id) FROM brief t), (SELECT json_agg(t ORDER BY id) FROM quiet t),
          (SELECT json_agg(t ORDER BY id) FROM notes t), (SELECT json_agg(t ORDER BY id) FROM strict t),
          (SELECT json_agg(t ORDER BY id) FROM worded t), (SELECT count(*) FROM directus_activity), (SELECT count(*) FROM directus_revisions)
        """

    /// Activity with its revisions, oldest first, in `|`: action, collection, item, data, delta, parent, version.
    static let history = """
        SELECT a.action, a.collection, a.item, r.data, r.delta, r.parent, r.version FROM directus_activity a
          LEFT JOIN directus_revisions r ON r.activity = a.id AND r.collection = a.collection AND r.item = a.item ORDER BY a.id
        """

    static let model = TestModel(
        name: "lone-writes", files: [("Schemas/shelves.yaml", yaml)],
        rows: """
            DELETE FROM directus_access; DELETE FROM directus_permissions;
            INSERT INTO directus_policies (id, name, admin_access) VALUES ('c0000000-0000-4000-8000-000000000041', 'All', true),
              ('\(clerkPolicy)', 'Clerks', false), ('c0000000-0000-4000-8000-000000000043', 'Everybody', false);
            INSERT INTO directus_users (id, email, token) VALUES ('\(boss)', 'boss@example.com', 'boss'), ('\(clerk)', 'clerk@example.com', 'clerk');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000041', '\(boss)', 'c0000000-0000-4000-8000-000000000041'),
              ('d0000000-0000-4000-8000-000000000042', '\(clerk)', '\(clerkPolicy)'),
              ('d0000000-0000-4000-8000-000000000043', NULL, 'c0000000-0000-4000-8000-000000000043');
            \(Right.sql(rights, of: clerkPolicy, from: 400))
            \(Right.sql([Right("create", "brief", "name"), Right("read", "brief", "*")], of: "c0000000-0000-4000-8000-000000000043", from: 500))
            INSERT INTO directus_files (id, storage, filename_download) VALUES ('\(file)', 'local', 'a.txt');
            INSERT INTO shelves (name) VALUES ('first'), ('second');
            INSERT INTO books (id, title, shelf) VALUES ('\(book)', 'One', 1);
            INSERT INTO brief (name) VALUES ('a');
            INSERT INTO quiet (name) VALUES ('a');
            INSERT INTO notes (title, status, views) VALUES ('open', 'draft', 1), ('locked', 'locked', 2);
            INSERT INTO worded (word) VALUES ('a'), ('b');
            INSERT INTO strict (code, must, n) VALUES ('a', 'm', 1);
            ALTER TABLE strict ALTER COLUMN must SET NOT NULL, ALTER COLUMN must SET DEFAULT 'm';
            ALTER TABLE strict ADD CONSTRAINT strict_n_check CHECK (n > 0);
            ALTER TABLE strict ADD CONSTRAINT strict_late_unique UNIQUE (late) DEFERRABLE INITIALLY DEFERRED;
            UPDATE strict SET late = 1;
            ALTER TABLE strict ADD CONSTRAINT strict_row_exclude EXCLUDE USING btree (pair WITH =);
            ALTER TABLE strict ALTER CONSTRAINT strict_later_foreign DEFERRABLE INITIALLY DEFERRED;
            """, preparation: "CREATE DOMAIN word AS text CHECK (value NOT LIKE '% %')")

    private static let yaml = """
        collection: shelves
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
          books: { many: books.shelf }
        ---
        collection: books
        fields:
          id: { type: uuid, primary: true }
          title: string
          shelf: { to: shelves }
        ---
        collection: brief
        accountability: activity
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
        ---
        collection: quiet
        accountability: none
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
        ---
        collection: named
        fields:
          id: { type: string, length: 400, primary: true }
          n: integer
        ---
        collection: listed
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          tags: csv
        ---
        collection: notes
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          title: { type: string, length: 10 }
          status: string
          views: integer
          moment: timestamp
          code: { type: string, unique: true }
          author: string
        ---
        collection: worded
        accountability: activity
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          word: { type: string, column: word }
        ---
        collection: strict
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          code: { type: string, length: 3, unique: true }
          must: string
          n: integer
          late: integer
          pair: integer
          shelf: { to: shelves }
          later: { to: shelves }
        """
}

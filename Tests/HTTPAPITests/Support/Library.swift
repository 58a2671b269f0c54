/// Books with content versions, and callers who may do more or less with books and with versions.
enum Library {
    static let model = TestModel(
        name: "library",
        files: [
            (
                "Schemas/authors.yaml",
                """
                collection: authors
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                """
            ),
            (
                "Schemas/books.yaml",
                """
                collection: books
                versioning: true
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  title: string
                  pages: { type: integer, nullable: true }
                  secret: string
                  author: { to: authors }
                """
            ),
        ],
        rows: """
            INSERT INTO directus_roles (id, name) VALUES ('b0000000-0000-4000-8000-000000000011', 'Editors'),
              ('b0000000-0000-4000-8000-000000000012', 'Lookers'), ('b0000000-0000-4000-8000-000000000013', 'Keepers');
            INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES
              ('c0000000-0000-4000-8000-000000000010', 'All', true, true), ('c0000000-0000-4000-8000-000000000011', 'Editing', false, false),
              ('c0000000-0000-4000-8000-000000000012', 'Looking', false, false), ('c0000000-0000-4000-8000-000000000013', 'Keeping', false, false);
            INSERT INTO directus_users (id, email, token, role) VALUES
              ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss', NULL),
              ('a0000000-0000-4000-8000-000000000011', 'editor@example.com', 'editor', 'b0000000-0000-4000-8000-000000000011'),
              ('a0000000-0000-4000-8000-000000000012', 'looker@example.com', 'looker', 'b0000000-0000-4000-8000-000000000012'),
              ('a0000000-0000-4000-8000-000000000013', 'keeper@example.com', 'keeper', 'b0000000-0000-4000-8000-000000000013');
            INSERT INTO directus_access (id, "user", role, policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', NULL, 'c0000000-0000-4000-8000-000000000010'),
              ('d0000000-0000-4000-8000-000000000011', NULL, 'b0000000-0000-4000-8000-000000000011', 'c0000000-0000-4000-8000-000000000011'),
              ('d0000000-0000-4000-8000-000000000012', NULL, 'b0000000-0000-4000-8000-000000000012', 'c0000000-0000-4000-8000-000000000012'),
              ('d0000000-0000-4000-8000-000000000013', NULL, 'b0000000-0000-4000-8000-000000000013', 'c0000000-0000-4000-8000-000000000013');
            INSERT INTO directus_permissions (policy, collection, action, fields)
              SELECT p::uuid, 'directus_versions', a, '*' FROM unnest(ARRAY['c0000000-0000-4000-8000-000000000011',
                'c0000000-0000-4000-8000-000000000013']) AS p, unnest(ARRAY['create', 'read', 'update', 'delete']) AS a;
            INSERT INTO directus_permissions (policy, collection, action, fields) VALUES
              ('c0000000-0000-4000-8000-000000000011', 'books', 'read', '*'),
              ('c0000000-0000-4000-8000-000000000011', 'books', 'update', 'title,pages,author'),
              ('c0000000-0000-4000-8000-000000000011', 'authors', 'read', '*'),
              ('c0000000-0000-4000-8000-000000000012', 'books', 'read', 'id,title,author'),
              ('c0000000-0000-4000-8000-000000000012', 'directus_versions', 'read', '*'),
              ('c0000000-0000-4000-8000-000000000013', 'books', 'read', '*');
            INSERT INTO authors (id, name) VALUES (1, 'Ann');
            INSERT INTO books (id, title, pages, secret, author) VALUES (1, 'Main', 10, 's1', 1), (2, 'Other', 20, 's2', 1);
            INSERT INTO directus_versions (id, key, collection, item) VALUES ('\(version)', 'spring', 'books', '1');
            SELECT setval('authors_id_seq', 10), setval('books_id_seq', 10);
            """)

    /// Of book 1, key `spring`, nothing saved.
    static let version = "e0000000-0000-4000-8000-000000000001"

    static let state = """
        SELECT (SELECT json_agg(v ORDER BY id) FROM directus_versions v), (SELECT json_agg(b ORDER BY id) FROM books b),
          (SELECT json_agg(a ORDER BY id) FROM authors a), (SELECT count(*) FROM directus_activity)
        """
}

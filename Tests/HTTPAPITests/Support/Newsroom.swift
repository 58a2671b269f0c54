/// Users with every kind of right on users and rights, and articles that not everybody sees.
enum Newsroom {
    static let boss = "a0000000-0000-4000-8000-000000000001"
    static let security = "a0000000-0000-4000-8000-000000000002"
    static let reader = "a0000000-0000-4000-8000-000000000003"
    static let walled = "a0000000-0000-4000-8000-000000000004"

    static let adminRole = "b0000000-0000-4000-8000-000000000001"
    static let securityRole = "b0000000-0000-4000-8000-000000000002"
    static let readerRole = "b0000000-0000-4000-8000-000000000003"
    static let plainRole = "b0000000-0000-4000-8000-000000000004"

    static let adminPolicy = "c0000000-0000-4000-8000-000000000001"
    static let securityPolicy = "c0000000-0000-4000-8000-000000000002"
    static let readerPolicy = "c0000000-0000-4000-8000-000000000003"
    static let walledPolicy = "c0000000-0000-4000-8000-000000000004"

    static let adminAccess = "d0000000-0000-4000-8000-000000000001"
    static let securityAccess = "d0000000-0000-4000-8000-000000000002"

    /// What decides who has admin access, as one text.
    static let rights = """
        SELECT (SELECT json_agg(r ORDER BY id) FROM directus_roles r), (SELECT json_agg(p ORDER BY id) FROM directus_policies p),
          (SELECT json_agg(a ORDER BY id) FROM directus_access a), (SELECT json_agg(p ORDER BY id) FROM directus_permissions p),
          (SELECT json_agg(u ORDER BY id) FROM directus_users u), (SELECT json_agg(s) FROM directus_settings s)
        """

    static let model = TestModel(
        name: "newsroom",
        files: [
            (
                "Schemas/articles.yaml",
                """
                collection: articles
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  title: string
                  status: string
                  secret: string
                  code: { type: string, unique: true }
                """
            )
        ],
        rows: """
            DELETE FROM directus_access WHERE role IS NOT NULL;
            DELETE FROM directus_roles;
            DELETE FROM directus_policies WHERE admin_access;
            INSERT INTO directus_roles (id, name) VALUES ('\(adminRole)', 'Bosses'), ('\(securityRole)', 'Security'), ('\(readerRole)', 'Readers'),
              ('\(plainRole)', 'Plain');
            INSERT INTO directus_policies (id, name, admin_access, app_access, ip_access) VALUES ('\(adminPolicy)', 'Everything', true, true, NULL),
              ('\(securityPolicy)', 'Security', false, false, NULL), ('\(readerPolicy)', 'Reading', false, false, NULL),
              ('\(walledPolicy)', 'Everything from one address', true, true, '10.9.9.9');
            INSERT INTO directus_access (id, role, "user", policy) VALUES ('\(adminAccess)', '\(adminRole)', NULL, '\(adminPolicy)'),
              ('\(securityAccess)', '\(securityRole)', NULL, '\(securityPolicy)'),
              ('d0000000-0000-4000-8000-000000000003', '\(readerRole)', NULL, '\(readerPolicy)');
            INSERT INTO directus_users (id, email, first_name, token, role) VALUES ('\(boss)', 'boss@example.com', 'Boss', 'boss', '\(adminRole)'),
              ('\(security)', 'security@example.com', 'Sam', 'security', '\(securityRole)'),
              ('\(reader)', 'reader@example.com', 'Rea', 'reader', '\(readerRole)'),
              ('\(walled)', 'walled@example.com', 'Wally', 'walled', '\(securityRole)');
            INSERT INTO directus_access (id, "user", policy) VALUES ('d0000000-0000-4000-8000-000000000004', '\(walled)', '\(walledPolicy)');
            INSERT INTO directus_permissions (id, policy, collection, action, fields)
              SELECT row_number() OVER (ORDER BY c, a), '\(securityPolicy)', c, a, '*'
              FROM unnest(ARRAY['directus_users', 'directus_roles', 'directus_policies', 'directus_access', 'directus_permissions',
                'directus_settings']) AS c, unnest(ARRAY['create', 'read', 'update', 'delete']) AS a;
            INSERT INTO directus_permissions (id, policy, collection, action, fields, permissions) VALUES
              (101, '\(readerPolicy)', 'articles', 'read', 'id,title,status', '{"status":{"_eq":"published"}}'),
              (102, '\(readerPolicy)', 'articles', 'create', '*', NULL),
              (103, '\(readerPolicy)', 'directus_activity', 'read', '*', NULL),
              (104, '\(readerPolicy)', 'directus_revisions', 'read', '*', NULL),
              (105, '\(readerPolicy)', 'directus_comments', 'read', '*', NULL),
              (106, '\(readerPolicy)', 'directus_versions', 'read', '*', NULL),
              (107, '\(adminPolicy)', 'articles', 'read', '*', NULL);
            SELECT setval('directus_permissions_id_seq', 200);
            INSERT INTO articles (id, title, status, secret, code) VALUES (1, 'Open', 'published', 's1', 'c1'), (2, 'Hidden', 'draft', 's2', 'c2');
            SELECT setval('articles_id_seq', 10);
            """)
}

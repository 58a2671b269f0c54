import JSONText
import MigrationPlanning
import MigrationRunner
import SchemaModel
import Testing

/// Rows in the system tables that follow from files, and those that don't.
@Suite struct DefinitionTests {
    private static let editors = PolicyID("11111111-1111-4111-8111-111111111111")
    private static let editor = RoleID("22222222-2222-4222-8222-222222222222")

    private static let model: Model = {
        var model = Model(
            collection("posts", field("title"), field("author", .integer)) { $0.meta.note = "Articles" }, collection("authors", field("name")),
            relations: [toOne("posts", "author", "authors")])
        model.collections.insert(Collection(name: "website", table: nil, fields: [], primaryKey: "id"), at: 0)
        model.collections[1].meta.group = "website"
        model.access.policies = [PolicyDefinition(key: "editors", id: editors, name: "Editors", ipAccess: ["10.0.0.0/8", "::1"], appAccess: true)]
        model.access.roles = [RoleDefinition(key: "editor", id: editor, name: "Editor", policies: [editors])]
        model.access.permissions = [
            PermissionDefinition(
                policy: editors, collection: "posts", action: .read, fields: ["id", "title"], permissions: ["title": ["_nnull": true]]),
            PermissionDefinition(policy: editors, collection: "posts", action: .create, fields: ["*"], presets: ["title": "New"]),
        ]
        return model
    }()

    @Test func definitionsStandAsRows() async throws {
        try await withHarness { harness in
            try await harness.apply(DefinitionTests.model)
            #expect(
                try await harness.sql("SELECT collection, note, \"group\", hidden FROM directus_collections ORDER BY 1") == [
                    ["authors", "-", "-", "f"], ["posts", "Articles", "website", "f"], ["website", "-", "-", "f"],
                ])
            #expect(
                try await harness.sql("SELECT collection, field FROM directus_fields ORDER BY 1, 2") == [
                    ["authors", "id"], ["authors", "name"], ["posts", "author"], ["posts", "id"], ["posts", "title"],
                ])
            #expect(
                try await harness.sql("SELECT many_collection, many_field, one_collection FROM directus_relations") == [
                    ["posts", "author", "authors"]
                ])
            #expect(
                try await harness.sql("SELECT name, ip_access, app_access FROM directus_policies WHERE id = '\(DefinitionTests.editors)'") == [
                    ["Editors", "10.0.0.0/8,::1", "t"]
                ])
            #expect(
                try await harness.sql("SELECT action, fields, permissions, presets FROM directus_permissions ORDER BY 1") == [
                    ["create", "*", "-", "{\"title\":\"New\"}"], ["read", "id,title", "{\"title\":{\"_nnull\":true}}", "-"],
                ])
            #expect(
                try await harness.value(
                    "SELECT count(*) FROM directus_access WHERE role = '\(DefinitionTests.editor)' AND policy = '\(DefinitionTests.editors)'")
                    == "1")
            #expect(
                try await harness.sql("SELECT file, line FROM kerege.origins WHERE kind = 'field' AND key = 'posts.title'") == [
                    ["Schemas/x.yaml", "7"]
                ])
        }
    }

    @Test func aLabelIsNoDDL() async throws {
        try await withHarness { harness in
            try await harness.apply(DefinitionTests.model)
            let fingerprint = try await harness.fingerprint()
            let files = try await harness.sql("SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' ORDER BY 1")
            let changed = DefinitionTests.model.editing {
                $0.collections[1].meta.note = "News"
                $0.collections[1].fields[1].meta.note = "The title"
                $0.access.permissions[0].fields = ["*"]
            }
            guard case .applied(let generation, let plan) = try await harness.runner().apply(changed.snapshot) else {
                Issue.record("nothing applied")
                return
            }
            #expect(plan.isEmpty && generation == 2)
            #expect(
                plan.rights == [RightsChange(object: "read posts of editors", detail: "fields id, title → every field", cause: nil)])
            #expect(try await harness.fingerprint() == fingerprint)
            #expect(try await harness.sql("SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' ORDER BY 1") == files)
            #expect(try await harness.value("SELECT note FROM directus_collections WHERE collection = 'posts'") == "News")
            #expect(try await harness.sql("SELECT id, fields FROM directus_permissions WHERE action = 'read'") == [["1", "*"]])
        }
    }

    @Test func rowsOfTheAPIStayAndRowsOfFilesGoWithThem() async throws {
        try await withHarness { harness in
            try await harness.apply(DefinitionTests.model)
            try await harness.sql(
                """
                INSERT INTO directus_collections (collection, "group") VALUES ('theirs', 'website');
                INSERT INTO directus_fields (collection, field) VALUES ('theirs', 'x');
                INSERT INTO directus_permissions (collection, action, fields, policy) VALUES
                    ('posts', 'delete', NULL, '\(DefinitionTests.editors)'), ('theirs', 'read', '*', '\(PolicyID.public)');
                INSERT INTO directus_roles (id, name, parent) VALUES ('33333333-3333-4333-8333-333333333333', 'API', '\(DefinitionTests.editor)')
                """)
            let less = Model(collection("posts", field("title"), field("author", .integer)), collection("authors", field("name"))).editing {
                $0.access.policies = DefinitionTests.model.access.policies
                $0.access.permissions = [DefinitionTests.model.access.permissions[1]]
            }
            try await harness.apply(less, "drop_role:editor")
            #expect(
                try await harness.sql("SELECT collection, \"group\" FROM directus_collections ORDER BY 1") == [
                    ["authors", "-"], ["posts", "-"], ["theirs", "-"],
                ])
            #expect(try await harness.value("SELECT count(*) FROM directus_relations") == "0")
            #expect(
                try await harness.sql("SELECT collection, action FROM directus_permissions ORDER BY 1, 2") == [
                    ["posts", "create"], ["posts", "delete"], ["theirs", "read"],
                ])
            #expect(try await harness.sql("SELECT name, parent FROM directus_roles ORDER BY 1") == [["API", "-"], ["Administrator", "-"]])
            #expect(try await harness.value("SELECT count(*) FROM kerege.origins WHERE kind IN ('role', 'access', 'relation')") == "0")
        }
    }

    @Test func equalRowsOfTheAPIBecomeTheFiles() async throws {
        try await withHarness { harness in
            var without = DefinitionTests.model
            without.access.permissions = []
            try await harness.apply(without)
            try await harness.sql(
                """
                INSERT INTO directus_permissions (collection, action, fields, permissions, policy)
                VALUES ('posts', 'read', 'id,title', '{ "title": {"_nnull": true} }', '\(DefinitionTests.editors)')
                """)
            try await harness.apply(DefinitionTests.model)
            #expect(try await harness.value("SELECT count(*) FROM directus_permissions") == "2")
        }
    }

    @Test func thePublicPolicyOutlivesItsFile() async throws {
        try await withHarness { harness in
            let mine = DefinitionTests.model.editing {
                $0.access.policies.append(PolicyDefinition(key: "public", id: .public, name: "Everybody", icon: "public"))
            }
            try await harness.apply(mine)
            #expect(try await harness.value("SELECT name FROM directus_policies WHERE id = '\(PolicyID.public)'") == "Everybody")
            try await harness.apply(DefinitionTests.model)
            #expect(try await harness.value("SELECT count(*) FROM directus_policies WHERE id = '\(PolicyID.public)'") == "1")
        }
    }

    @Test func rowsFollowARename() async throws {
        try await withHarness { harness in
            try await harness.apply(DefinitionTests.model)
            try await harness.sql(
                "INSERT INTO directus_permissions (collection, action, fields, policy) VALUES ('posts', 'update', 'id,title', '\(DefinitionTests.editors)')"
            )
            let renamed = DefinitionTests.model.editing {
                $0.collections[1].name = "articles"
                $0.collections[1].table?.name = "articles"
                $0.collections[1].renamedFrom = "posts"
                $0.collections[1].fields[1] = field("headline").renamed(from: "title")
                $0.relations = [toOne("articles", "author", "authors")]
                for at in $0.access.permissions.indices { $0.access.permissions[at].collection = "articles" }
            }
            try await harness.apply(renamed)
            #expect(
                try await harness.sql("SELECT collection, action, fields FROM directus_permissions WHERE action = 'update'") == [
                    ["articles", "update", "id,headline"]
                ])
            #expect(try await harness.value("SELECT count(*) FROM directus_fields WHERE collection = 'posts' OR field = 'title'") == "0")
            #expect(try await harness.value("SELECT count(*) FROM directus_collections WHERE collection = 'posts'") == "0")
            #expect(try await harness.value("SELECT count(*) FROM directus_permissions") == "3")
            try await harness.runner().rollback()
            #expect(
                try await harness.sql("SELECT collection, action, fields FROM directus_permissions WHERE action = 'update'") == [
                    ["posts", "update", "id,title"]
                ])
        }
    }
}

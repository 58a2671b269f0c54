import JSONText
import SchemaCompiler
import SchemaModel
import Testing

/// Facts of contract/system.md, section 18. The whole is compared with the recorded `/fields`, `/collections` and `/relations` by the golden runner.
@Suite struct SystemCollectionsTests {
    private func snapshot() throws -> SchemaSnapshot {
        let result = SchemaCompiler.compile(files: [], environment: [:])
        #expect(result.diagnostics.map(\.description) == [])
        return try #require(result.snapshot)
    }

    @Test func `compile without a word, all of them built in`() throws {
        let snapshot = try snapshot()
        #expect(snapshot.collections.count == 29)
        #expect(snapshot.collections.allSatisfy { $0.isSystem && $0.isManaged && $0.fields.allSatisfy(\.isSystem) && !$0.meta.behaviors.isEmpty })
        #expect(snapshot.relations.count == 54)
        #expect(snapshot.relations.allSatisfy { $0.isSystem })
        #expect(snapshot.collection("directus_oauth_clients") == nil)
        #expect(snapshot.field("oauth_client", of: "directus_sessions") == nil)
        #expect(snapshot.field("mcp_oauth_enabled", of: "directus_settings") == nil)
    }

    @Test(arguments: [
        ("directus_users.password", "hash character varying 255", ["hash", "conceal"]),
        ("directus_users.email", "string character varying 128 unique", []), ("directus_users.status", "string character varying 16 not null", []),
        ("directus_users.token", "string character varying 255 unique", ["conceal"]), ("directus_users.tags", "json json", ["cast-json"]),
        ("directus_sessions.token", "string character varying 64 not null primary", []),
        ("directus_files.filesize", "bigInteger bigint", []), ("directus_files.tags", "json text", ["cast-json"]),
        ("directus_fields.special", "csv character varying 64", ["cast-csv"]),
        ("directus_activity.id", "integer integer not null primary numbered", []),
        ("directus_activity.timestamp", "timestamp timestamp with time zone not null indexed", ["date-created", "cast-timestamp"]),
        ("directus_settings.ai_openai_api_key", "text text", ["encrypt"]), ("directus_deployments.credentials", "text text", ["encrypt"]),
        ("directus_flows.operation", "uuid uuid unique", []), ("directus_collections.collection", "string character varying 64 not null primary", []),
        ("directus_migrations.version", "string character varying 255 not null primary", []),
    ])
    func `columns are those of 11_17_4`(_ path: String, _ column: String, _ special: [String]) throws {
        let parts = path.split(separator: ".").map(String.init)
        let snapshot = try snapshot()
        let field = try #require(snapshot.field(FieldName(parts[1]), of: CollectionName(parts[0])))
        let found = try #require(field.column)
        var text = "\(field.type.wireName) \(found.dataType)"
        if let length = found.maxLength { text += " \(length)" }
        if !found.isNullable { text += " not null" }
        if found.isPrimaryKey { text += " primary" }
        if found.hasAutoIncrement { text += " numbered" }
        if found.isUnique { text += " unique" }
        if found.isIndexed { text += " indexed" }
        #expect(text == column)
        #expect(field.meta.special == special)
    }

    @Test(arguments: [
        ("access", "role", "roles.policies beside policy by sort", "delete", "cascade"),
        ("access", "user", "users.policies beside policy by sort", "delete", "cascade"),
        ("permissions", "policy", "policies.permissions", "delete", "cascade"), ("users", "role", "roles.users", "nullify", "set null"),
        ("roles", "parent", "roles.children", "nullify", "no action"), ("operations", "flow", "flows.operations", "delete", "cascade"),
        ("operations", "resolve", "operations", "nullify", "no action"),
        ("deployment_projects", "deployment", "deployments.projects", "delete", "cascade"),
        ("deployment_runs", "project", "deployment_projects.runs", "delete", "cascade"),
        ("panels", "dashboard", "dashboards.panels", "nullify", "cascade"), ("revisions", "activity", "activity.revisions", "nullify", "cascade"),
        ("fields", "collection", "collections.fields", "nullify", "none"), ("files", "folder", "folders", "nullify", "set null"),
        ("files", "uploaded_by", "users", "nullify", "no action"), ("users", "avatar", "files", "nullify", "none"),
        ("settings", "public_registration_role", "roles", "nullify", "set null"), ("collections", "group", "collections", "nullify", "no action"),
        ("versions", "collection", "collections", "nullify", "cascade"), ("activity", "user", "users", "nullify", "none"),
    ])
    func `relations have their aliases and actions`(_ many: String, _ field: String, _ one: String, _ deselect: String, _ delete: String) throws {
        let snapshot = try snapshot()
        let relation = try #require(
            snapshot.relations.first { $0.manyCollection.text == "directus_\(many)" && $0.manyField.text == field })
        var text = relation.oneCollection.map { String($0.text.dropFirst("directus_".count)) } ?? "-"
        if let alias = relation.oneField { text += ".\(alias)" }
        if let junction = relation.junctionField { text += " beside \(junction)" }
        if let sort = relation.sortField { text += " by \(sort)" }
        #expect(text == one)
        #expect(relation.oneDeselectAction.rawValue == deselect)
        #expect((relation.foreignKey?.onDelete.rawValue.lowercased() ?? "none") == delete)
        if let key = relation.foreignKey { #expect(key.constraintName == "directus_\(many)_\(field)_foreign") }
    }

    @Test func `a policy's column is shown as roles and as users`() throws {
        let snapshot = try snapshot()
        let both = snapshot.relations.filter { $0.manyCollection == "directus_access" && $0.manyField == "policy" }
        #expect(both.map(\.oneField) == ["roles", "users"])
        #expect(both.map(\.junctionField) == ["role", "user"])
        #expect(both.map { $0.foreignKey != nil } == [true, false])
        #expect(snapshot.collection("directus_deployment_projects")?.indexes.map(\.isUnique) == [true])
    }
}

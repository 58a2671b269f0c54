import AccessControl
import JSONText
import QueryEngine
import SchemaCompiler
import SchemaModel
import Testing

/// A small newsroom for the engine's tests: articles with author, tags, remarks and blocks; a reader with row rules and masks.
enum NewsModel {
    static let yaml = """
        collection: authors
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
          salary: integer
          articles: { many: articles.author }
        ---
        collection: tags
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          label: string
        ---
        collection: remarks
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          text: text
          secret: { type: string, conceal: true }
          article: { to: articles }
        ---
        collection: articles
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          title: { type: string, search: true }
          status: string
          views: integer
          published: timestamp
          meta: json
          author: { to: authors }
          tags: { many: tags, through: articles_tags }
          remarks: { many: remarks.article }
        """

    static let policy = PolicyID("00000000-0000-4000-8000-0000000000aa")
    static let user = UserID("00000000-0000-4000-8000-0000000000bb")

    static func schema() throws -> SchemaSnapshot {
        let result = SchemaCompiler.compile(files: [SourceFile(path: "news.yaml", text: yaml)], environment: [:])
        return try #require(result.snapshot, "\(result.diagnostics)")
    }

    /// - Parameters reading, updating: collection, fields, rule as JSON text (nil = every row).
    static func snapshot(
        reading: [(String, [String], String?)] = [], updating: [(String, [String], String?)] = []
    ) throws -> EngineSnapshot {
        let all = reading.map { (action: "read", right: $0) } + updating.map { (action: "update", right: $0) }
        let rows = try all.enumerated().map { index, row in
            StoredPermission(
                id: PermissionID(index + 1), policy: policy, collection: CollectionName(row.right.0), action: row.action, fields: row.right.1,
                permissions: try row.right.2.map { try JSONParser.parse($0) })
        }
        let access = AccessSnapshot.build(
            roles: [], policies: [PolicyRow(id: policy, ipAccess: [], enforceTFA: false, adminAccess: false, appAccess: false)],
            attachments: [AccessRow(policy: policy, role: nil, user: user, sort: 1)], permissions: rows)
        return EngineSnapshot(schema: try schema(), access: access, generation: 1)
    }
}

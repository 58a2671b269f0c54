import AccessControl
import JSONText
import OpenAPIGeneration
import SchemaCompiler
import SchemaModel
import Testing

/// A small newsroom and its callers: an administrator, a reporter with few rights, the public with one list.
enum Newsroom {
    static let yaml = """
        collection: articles
        note: "What <script>alert(1)</script> [we](javascript:alert(1)) report"
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          title: { type: string, length: 200, required: true }
          status: { type: string, choices: [draft, published], default: draft, required: true }
          views: bigInteger
          price: decimal
          published: timestamp
          secret_note: text
          author: { to: authors }
          tags: { many: tags, through: articles_tags }
        ---
        collection: authors
        fields:
          id: { type: uuid, primary: true }
          name: { type: string, required: true }
          salary: integer
          articles: { many: articles.author }
        ---
        collection: tags
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          label: string
        ---
        collection: front_page
        singleton: true
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          headline: string
        """

    static func schema(_ text: String = yaml) throws -> SchemaSnapshot {
        let result = SchemaCompiler.compile(files: [SourceFile(path: "news.yaml", text: text)], environment: [:])
        return try #require(result.snapshot, "\(result.diagnostics)")
    }

    private static let policy = PolicyID("00000000-0000-4000-8000-0000000000aa")
    private static let user = UserID("00000000-0000-4000-8000-0000000000bb")

    /// - Parameter rights: collection, action, fields.
    static func audience(_ rights: [(String, String, [String])], isUser: Bool = true) -> DocumentAudience {
        let rows = rights.enumerated().map { index, right in
            StoredPermission(
                id: PermissionID(index + 1), policy: policy, collection: CollectionName(right.0), action: right.1, fields: right.2)
        }
        let access = AccessSnapshot.build(
            roles: [], policies: [PolicyRow(id: policy, ipAccess: [], enforceTFA: false, adminAccess: false, appAccess: false)],
            attachments: [AccessRow(policy: policy, role: nil, user: isUser ? user : nil, sort: 1)], permissions: rows)
        let caller = access.caller(isUser ? .user(user, role: nil) : .public, origin: RequestOrigin())
        return DocumentAudience(access: caller.access, isUser: isUser)
    }

    static let reporter = audience([
        ("articles", "read", ["id", "title", "author"]), ("articles", "create", ["title", "author"]), ("authors", "read", ["id", "name"]),
    ])
    static let visitor = audience([("tags", "read", ["*"])], isUser: false)
}

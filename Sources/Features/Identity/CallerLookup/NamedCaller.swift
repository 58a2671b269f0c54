package import AccessControl
internal import Digests
package import Postgres
package import QueryEngine
package import SchemaModel

/// Somebody as whom a read is explained: found by what people call them, never by a token.
package struct NamedCaller: Sendable {
    package let principal: Principal
    /// `role Editor`, `user ann@example.com`, `the public`.
    package let name: String

    package init(principal: Principal, name: String) {
        self.principal = principal
        self.name = name
    }

    /// A role stands for a user of it whom nothing belongs to. No row has this key.
    package static let nobody = UserID("00000000-0000-0000-0000-000000000000")

    /// The name means nobody, or not one alone; in words for whoever gave it.
    package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter name: `public`, `admin`, a user's address or key, or a role's name, key, or word in the files.
    /// - Throws: `Problem`; `PostgresError`.
    package static func find(_ name: String, in snapshot: EngineSnapshot, using database: PostgresClient) async throws -> NamedCaller {
        if name == "public" { return NamedCaller(principal: .public, name: "the public") }
        if name == "admin" { return try await administrator(using: database) }
        if name.utf8.contains(0) { throw Problem(description: "nobody's name has a NUL in it") }
        if name.contains("@") { return try await user(name, database.query(CallerSQL.user(withEmail: name))) }
        let roles = try await roles(using: database)
        if let role = roles.first(where: { $0.id.text == name.lowercased() }) { return caller(of: role) }
        if UUIDText.isValid(name.lowercased()) { return try await user(name, database.query(CallerSQL.user(name.lowercased()))) }
        return try role(name, among: roles, in: snapshot.schema)
    }

    private static func administrator(using database: PostgresClient) async throws -> NamedCaller {
        let admins = try await database.query(IdentitySQL.activeAdmins)
        guard let id = admins.string(0, 0) else { throw Problem(description: "no active user has admin access") }
        return try await user("admin", database.query(CallerSQL.user(id)))
    }

    private static func user(_ name: String, _ found: PostgresResult) throws(Problem) -> NamedCaller {
        guard let id = found.string(0, 0) else { throw Problem(description: "there is no user \"\(name)\"") }
        guard found.string(0, 3) == "active" else {
            throw Problem(description: "user \"\(name)\" is \(found.string(0, 3) ?? "not active"), so that no request of theirs is answered")
        }
        return NamedCaller(
            principal: .user(UserID(id), role: found.string(0, 1).map { RoleID($0) }), name: "user \(found.string(0, 2) ?? id)")
    }

    // MARK: Roles

    private typealias Role = (id: RoleID, name: String)

    private static func roles(using database: PostgresClient) async throws -> [Role] {
        let rows = try await database.query(CallerSQL.roles)
        return (0..<rows.rowCount).compactMap { row in rows.string(row, 0).map { (id: RoleID($0), name: rows.string(row, 1) ?? $0) } }
    }

    private static func role(_ name: String, among roles: [Role], in schema: SchemaSnapshot) throws(Problem) -> NamedCaller {
        let defined = schema.access.roles.first { $0.key == name }?.id
        let matches = roles.filter { $0.id == defined || $0.name.lowercased() == name.lowercased() }
        if matches.count > 1 {
            let keys = matches.map(\.id.text).joined(separator: ", ")
            throw Problem(description: "several roles are called \"\(name)\"; name one by its key: \(keys)")
        }
        guard let role = matches.first else {
            let near = Spelling.nearest(to: name, among: roles.map(\.name) + schema.access.roles.map(\.key) + ["public", "admin"])
            throw Problem(description: "there is no role or user \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        return caller(of: role)
    }

    private static func caller(of role: Role) -> NamedCaller {
        NamedCaller(principal: .user(nobody, role: role.id), name: "role \(role.name)")
    }
}

internal import Digests
package import Postgres
internal import SQLText
package import SchemaModel
package import Telemetry

/// Makes the first administrator, and keeps its token as configured.
///
/// - Source: contract/system.md, 5.5. Idempotent; safe with any number of servers starting at once (an advisory lock in the transaction).
/// - Needs the system tables.
package struct AdminBootstrap: Sendable {
    /// What the environment says; nil = not given.
    package struct Settings: Sendable {
        package var email: String?
        package var password: Secret<String>?
        package var token: Secret<String>?

        package init(email: String? = nil, password: Secret<String>? = nil, token: Secret<String>? = nil) {
            self.email = email
            self.password = password
            self.token = token
        }
    }

    package enum Outcome: Sendable, Equatable {
        /// The first start: what was generated because it was not given is handed out this once.
        case created(email: String, generatedPassword: Secret<String>?, generatedToken: Secret<String>?)
        /// There was an administrator with this token already, or no token is configured.
        case unchanged
        /// The administrator's token is now the configured one.
        case tokenChanged
        /// A token is configured, but no user has the administrator's address: nobody has that token.
        case noSuchUser(email: String)
        /// There is no administrator, and the address belongs to a user who is none: nothing was made.
        case emailTaken(String)
    }

    package static let defaultEmail = "admin@example.com"
    private let settings: Settings
    private let hasher: PasswordHasher

    package init(_ settings: Settings, hasher: PasswordHasher = PasswordHasher()) {
        self.settings = settings
        self.hasher = hasher
    }

    private var email: String { settings.email ?? AdminBootstrap.defaultEmail }

    /// - Parameter role: the role with full access that is there already; nil = one is made, with its policy.
    /// - Throws: `PostgresError`, a unique violation too when another user has the token; `PasswordHasher.Fault`.
    package func run(using database: PostgresClient, role: RoleID? = nil) async throws -> Outcome {
        guard try await database.query(IdentitySQL.activeAdmins).rowCount == 0 else { return try await updateToken(using: database) }
        // Hashed before the transaction: it takes a while. Of several servers that start at once, one uses it.
        let password = settings.password ?? Secret(RandomBytes.token(byteCount: 18))
        let hash = try await hasher.hash(password.reveal())
        let made = try await database.withTransaction { try await self.create(password, hash, role, in: $0) }
        return if let made { made } else { try await updateToken(using: database) }
    }

    /// - Returns: nil when somebody else was faster.
    private func create(
        _ password: Secret<String>, _ hash: String, _ role: RoleID?, in transaction: PostgresTransaction
    ) async throws -> Outcome? {
        _ = try await transaction.query(IdentitySQL.bootstrapLock)
        guard try await transaction.query(IdentitySQL.activeAdmins).rowCount == 0 else { return nil }
        guard try await transaction.query(IdentitySQL.user(withEmail: email)).rowCount == 0 else { return .emailTaken(email) }
        let token = settings.token ?? Secret(RandomBytes.token())
        let rows = AdminRows(
            roleID: role?.text ?? UUIDText.v4(), policyID: UUIDText.v4(), accessID: UUIDText.v4(), userID: UUIDText.v4(), email: email,
            passwordHash: hash,
            storedToken: StaticToken.storedForm(of: token.reveal()))
        let installation = InstallationRows.statements(
            publicPolicy: PolicyID.public.text, accessID: UUIDText.v4(), projectID: UUIDText.v4())
        let made = role == nil ? rows.statements : [rows.userStatement]
        _ = try await transaction.commit(with: installation + made)
        return .created(
            email: email, generatedPassword: settings.password == nil ? password : nil, generatedToken: settings.token == nil ? token : nil)
    }

    private func updateToken(using database: PostgresClient) async throws -> Outcome {
        guard let token = settings.token?.reveal() else { return .unchanged }
        let stored = StaticToken.storedForm(of: token)
        let users = try await database.query(IdentitySQL.user(withEmail: email))
        guard let id = users.string(0, 0) else { return .noSuchUser(email: email) }
        if users.string(0, 1).map({ constantTimeEquals($0, stored) }) ?? false { return .unchanged }
        _ = try await database.query(IdentitySQL.setToken(stored, of: id))
        return .tokenChanged
    }
}

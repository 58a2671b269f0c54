internal import Digests
package import Postgres
package import Telemetry

/// Another token for an administrator who has lost theirs.
///
/// - Needs the system tables. Whoever keeps tokens in memory has to be told afterwards (Snapshots: `.users`).
package enum AdminTokenReset {
    package enum Outcome: Sendable, Equatable {
        case changed(email: String, token: Secret<String>)
        /// Nobody active has admin rights.
        case noAdministrator
        /// None of the administrators has that address, or none was named and there are several.
        case unclear(administrators: [String])
    }

    /// - Parameters:
    ///   - email: whose token it is.
    ///   - fallback: who is meant where none is named; else the only administrator.
    /// - Throws: `PostgresError`.
    package static func run(email: String?, fallback: String, using database: PostgresClient) async throws -> Outcome {
        let rows = try await database.query(IdentitySQL.activeAdmins)
        let all = (0..<rows.rowCount).compactMap { row in rows.string(row, 0).map { (id: $0, email: rows.string(row, 1) ?? "") } }
        if all.isEmpty { return .noAdministrator }
        let wanted = (email ?? fallback).lowercased()
        let found = all.first { $0.email.lowercased() == wanted } ?? (email == nil && all.count == 1 ? all.first : nil)
        guard let found else { return .unclear(administrators: all.map(\.email).sorted()) }
        let token = Secret(RandomBytes.token())
        _ = try await database.query(IdentitySQL.setToken(StaticToken.storedForm(of: token.reveal()), of: found.id))
        return .changed(email: found.email, token: token)
    }
}

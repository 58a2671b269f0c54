package import AccessControl
internal import Digests
package import Postgres
package import SchemaModel

/// What somebody needs to set up an authenticator.
package struct SecondFactorOffer: Sendable, Equatable {
    package let secret: String
    /// `otpauth://totp/…`, for a QR code.
    package let url: String
}

/// Second factors of users who are logged in (contract/system.md, section 4). What is guessed wrong here counts like a failed login (attack A13).
extension Login {
    /// A fresh secret, not stored yet. Users of the default provider say their password first.
    /// - Throws: `INVALID_PAYLOAD`, `INVALID_CREDENTIALS`; `PostgresError`.
    package func offerSecondFactor(
        to user: UserID, password: String?, from origin: RequestOrigin, using database: PostgresClient
    ) async throws -> SecondFactorOffer {
        let ticket = attempts.ticket
        let row = try await database.query(LoginSQL.account(user))
        guard row.rowCount == 1 else { throw WireError.invalidCredentials }
        if row.string(0, 2) == Login.provider {
            guard let password, !password.isEmpty else { throw WireError.invalidPayload("\"password\" is required") }
            let candidate = Candidate(
                id: user, role: nil, passwordHash: row.string(0, 1) ?? hasher.impossibleHash, secret: row.string(0, 3), allowedFailures: row.int(0, 4)
            )
            try await gate.withTurn {
                guard try await isOpen(candidate, ticket, origin, using: database) else { throw WireError.invalidCredentials }
                if try await hasher.verifyInTurn(password, against: candidate.passwordHash) { return }
                attempts.fail(user)
                _ = try await isOpen(candidate, ticket, origin, using: database)
                throw WireError.invalidCredentials
            }
        }
        guard row.isNull(0, 3) else { throw Login.isSet }
        let (project, secret) = (Login.encoded(row.string(0, 5) ?? "Kerege"), OneTimePassword.makeSecret())
        return SecondFactorOffer(
            secret: secret,
            url: "otpauth://totp/\(project):\(Login.encoded(row.string(0, 0) ?? user.text))?secret=\(secret)"
                + "&period=30&digits=6&algorithm=SHA1&issuer=\(project)")
    }

    /// Whether a user may store this secret: they have none, and can tell its code.
    /// - Throws: `INVALID_PAYLOAD`.
    package func checkNewSecondFactor(_ secret: String, code: String, of user: UserID, using database: PostgresClient) async throws {
        let row = try await database.query(LoginSQL.account(user))
        guard row.rowCount == 1 else { throw WireError.invalidCredentials }
        guard row.isNull(0, 3) else { throw Login.isSet }
        guard OneTimePassword.isValid(code, secret: secret, now: now()) else { throw Login.wrongCode }
    }

    /// Whether a user can tell the code of the secret that they have.
    /// - Throws: `INVALID_PAYLOAD`.
    package func checkSecondFactor(_ code: String, of user: UserID, from origin: RequestOrigin, using database: PostgresClient) async throws {
        let ticket = attempts.ticket
        let row = try await database.query(LoginSQL.account(user))
        guard row.rowCount == 1 else { throw WireError.invalidCredentials }
        guard let secret = row.string(0, 3) else { throw WireError.invalidPayload("User \"\(user)\" doesn't have TFA enabled") }
        let candidate = Candidate(id: user, role: nil, passwordHash: "", secret: secret, allowedFailures: row.int(0, 4))
        guard try await isOpen(candidate, ticket, origin, using: database) else { throw WireError.invalidCredentials }
        if OneTimePassword.isValid(code, secret: secret, now: now()) { return attempts.succeed(user) }
        attempts.fail(user)
        _ = try await isOpen(candidate, ticket, origin, using: database)
        throw Login.wrongCode
    }

    private static let isSet = WireError.invalidPayload("TFA Secret is already set for this user")
    private static let wrongCode = WireError.invalidPayload("\"otp\" is invalid")

    /// Everything but unreserved characters percent-encoded (RFC 3986).
    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { out, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                out.unicodeScalars.append(UnicodeScalar(byte))
            default: out += "%" + Hex.encode([byte]).uppercased()
            }
        }
    }
}

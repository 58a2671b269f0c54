package import AccessControl
package import Postgres
internal import SchemaModel

/// What somebody says to prove who they are.
package struct LoginRequest: Sendable {
    package let email: String
    package let password: String
    package let oneTimePassword: String?

    package init(email: String, password: String, oneTimePassword: String? = nil) {
        self.email = email
        self.password = password
        self.oneTimePassword = oneTimePassword
    }
}

/// Checks addresses with passwords (contract/system.md, 3.3).
///
/// - An unknown address, a user who is not active or belongs to another provider, one without a password and a wrong password cost the same work
///   and give the same answer (attack B1).
/// - Errors: `WireError` `INVALID_CREDENTIALS`, `INVALID_OTP`; `PostgresError`; `PasswordHasher.Fault`.
package struct Login: Sendable {
    package static let provider = "default"

    let hasher: PasswordHasher
    let attempts: LoginAttempts
    let gate: HashingGate
    let now: @Sendable () -> Moment
    /// A user was locked: what is remembered of them has to go, here and on other servers.
    private let didLock: @Sendable (PostgresClient) async -> Void

    package init(
        hasher: PasswordHasher = PasswordHasher(), attempts: LoginAttempts = LoginAttempts(), now: @escaping @Sendable () -> Moment,
        didLock: @escaping @Sendable (PostgresClient) async -> Void
    ) {
        self.hasher = hasher
        self.attempts = attempts
        gate = HashingGate.checking
        self.now = now
        self.didLock = didLock
    }

    struct Candidate {
        let id: UserID
        let role: RoleID?
        let passwordHash: String
        let secret: String?
        let allowedFailures: Int?
    }

    package func check(_ request: LoginRequest, from origin: RequestOrigin, using database: PostgresClient) async throws -> KnownUser {
        let ticket = attempts.ticket
        let candidate = try await self.candidate(request.email, using: database)
        // Failures are counted before the next one's turn, so that many guesses at once are no more than the limit allows.
        return try await gate.withTurn {
            guard let candidate, try await isOpen(candidate, ticket, origin, using: database) else {
                _ = try await hasher.verifyInTurn(request.password, against: hasher.impossibleHash)
                throw WireError.invalidCredentials
            }
            if let refusal = try await refusal(of: request, candidate) {
                attempts.fail(candidate.id)
                _ = try await isOpen(candidate, ticket, origin, using: database)
                throw refusal
            }
            attempts.succeed(candidate.id)
            return KnownUser(id: candidate.id, role: candidate.role, hasSecondFactor: candidate.secret != nil)
        }
    }

    /// - Returns: nil for whoever can't log in here.
    private func candidate(_ email: String, using database: PostgresClient) async throws -> Candidate? {
        guard !email.utf8.contains(0) else { return nil }
        var found = try await database.query(LoginSQL.user(withAddress: email))
        if found.rowCount == 0 { found = try await database.query(LoginSQL.user(withAddressLike: email)) }
        guard let id = found.string(0, 0), found.string(0, 2) == "active", found.string(0, 3) == Login.provider, let hash = found.string(0, 4) else {
            return nil
        }
        return Candidate(
            id: UserID(id), role: found.string(0, 1).map { RoleID($0) }, passwordHash: hash, secret: found.string(0, 5),
            allowedFailures: found.int(0, 6))
    }

    /// Locks the user when their failures are used up.
    func isOpen(
        _ candidate: Candidate, _ ticket: AttemptCounter.Ticket, _ origin: RequestOrigin, using database: PostgresClient
    ) async throws -> Bool {
        switch attempts.standing(of: candidate.id, limit: candidate.allowedFailures, ticket) {
        case .open: return true
        case .locked: return false
        case .exhausted:
            _ = try await database.query(LoginSQL.suspend(candidate.id, from: origin))
            attempts.lock(candidate.id)
            await didLock(database)
            return false
        }
    }

    private func refusal(of request: LoginRequest, _ candidate: Candidate) async throws -> WireError? {
        guard try await hasher.verifyInTurn(request.password, against: candidate.passwordHash) else { return .invalidCredentials }
        guard let secret = candidate.secret else { return nil }
        guard let code = request.oneTimePassword, OneTimePassword.isValid(code, secret: secret, now: now()) else { return .invalidOTP }
        return nil
    }
}

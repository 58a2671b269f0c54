package import AccessControl
package import Postgres
internal import QueryEngine
internal import SQLText
package import SchemaModel
internal import Synchronization

/// A user who has proved who they are.
package struct KnownUser: Sendable, Equatable {
    package let id: UserID
    package let role: RoleID?
    package let hasSecondFactor: Bool

    package init(id: UserID, role: RoleID?, hasSecondFactor: Bool) {
        self.id = id
        self.role = role
        self.hasSecondFactor = hasSecondFactor
    }
}

/// What a login or a refresh hands out.
package struct SessionGrant: Sendable, Equatable {
    package let accessToken: String
    /// nil where the access token is the session's own.
    package let refreshToken: String?
    /// Of the access token, from now.
    package let lifetime: Duration
}

/// Which kind of session a client asks for.
package enum SessionMode: Sendable {
    /// A refresh token; access tokens that live by themselves.
    case tokens
    /// One token that counts as long as its row in `directus_sessions`.
    case session
}

/// Opens, renews and ends sessions: rows of `directus_sessions` (contract/system.md, 3.3, 3.4).
///
/// - Errors: `WireError`; `PostgresError`; `AccessTokens.Fault`.
package final class Sessions: Sendable {
    let tokens: AccessTokens
    package let settings: SessionSettings
    let now: @Sendable () -> Moment
    /// A session of signed tokens has ended, or a user was locked: what is remembered of them has to go, here and on other servers.
    let didEnd: @Sendable (PostgresClient) async -> Void
    private let lastSweep = Mutex<Moment?>(nil)

    package init(
        tokens: AccessTokens, settings: SessionSettings = SessionSettings(), now: @escaping @Sendable () -> Moment,
        didEnd: @escaping @Sendable (PostgresClient) async -> Void
    ) {
        self.tokens = tokens
        self.settings = settings
        self.now = now
        self.didEnd = didEnd
    }

    /// Opens a session after a login, and records it: activity `login`, `last_access`. One transaction.
    package func open(
        _ mode: SessionMode, for user: KnownUser, from origin: RequestOrigin, access: AccessSnapshot, using database: PostgresClient
    ) async throws -> SessionGrant {
        let moment = now()
        let key = SessionKey(mode == .tokens ? .refresh : .session, now: moment)
        let end = self.end(of: key, mode, now: moment)
        let grant = try grant(mode, key: key, user, end: end, from: origin, access, now: moment)
        _ = try await database.batch([
            SessionSQL.open(key.stored, of: user.id.text, until: end, from: origin), SessionSQL.noteAccess(of: user.id.text, now: moment),
            Sessions.activity("login", of: user.id.text, from: origin),
        ])
        await sweep(moment, using: database)
        return grant
    }

    /// When a session ends that is opened or renewed now.
    func end(of key: SessionKey, _ mode: SessionMode, now: Moment) -> Moment {
        let lifetime = mode == .tokens ? settings.refreshToken : settings.session
        let last = key.started * 1000 + settings.maximum.milliseconds
        return Moment(milliseconds: min(now.milliseconds + lifetime.milliseconds, last))
    }

    /// - Parameter end: of the session; no token outlives it.
    func grant(
        _ mode: SessionMode, key: SessionKey, _ user: KnownUser, end: Moment, from origin: RequestOrigin, _ access: AccessSnapshot, now: Moment
    ) throws -> SessionGrant {
        let rights = access.caller(.user(user.id, role: user.role), origin: origin).access
        let wanted = mode == .tokens ? settings.accessToken : settings.session
        let lifetime = min(wanted.milliseconds, end.milliseconds - now.milliseconds)
        var claims = AccessClaims(subject: .user(user.id.text), role: user.role?.text)
        claims.hasAppAccess = rights.hasAppAccess
        claims.isAdmin = rights.isAdmin
        claims.enforcesTFA = !user.hasSecondFactor && access.demandsSecondFactor(ofRole: user.role)
        claims.session = mode == .session ? key.text : nil
        claims.expires = now.milliseconds + lifetime
        return SessionGrant(
            accessToken: try tokens.issue(claims, now: now), refreshToken: mode == .tokens ? key.text : nil, lifetime: .milliseconds(lifetime))
    }

    static func activity(_ action: String, of user: String, from origin: RequestOrigin) -> SQLStatement {
        HistorySQL.insert(
            [HistoryEntry(action: action, collection: "directus_users", item: user, hasRevision: false)], user: user, address: origin.address,
            userAgent: origin.userAgent.map { String($0.prefix(1024)) }, origin: origin.origin.map { String($0.prefix(255)) })
    }

    /// Once a minute at most: the rows that have expired are not looked at by anybody, so there is no hurry.
    private func sweep(_ moment: Moment, using database: PostgresClient) async {
        let isDue = lastSweep.withLock { last in
            if let last, moment.milliseconds - last.milliseconds < 60_000, moment >= last { return false }
            last = moment
            return true
        }
        // What fails now is done a minute later.
        if isDue { _ = try? await database.query(SessionSQL.sweep(now: moment)) }
    }
}

extension AccessSnapshot {
    /// By a policy of the role itself: not of its parents, not of the user (contract/system.md, 3.1).
    fileprivate func demandsSecondFactor(ofRole role: RoleID?) -> Bool {
        guard let role else { return false }
        return attachments.contains { $0.role == role && $0.user == nil && policies[$0.policy]?.enforceTFA == true }
    }
}

/// How long tokens and sessions live (contract/system.md, 3.1 and section 19).
package struct SessionSettings: Sendable, Equatable {
    /// `ACCESS_TOKEN_TTL`: of access tokens that belong to no session.
    package var accessToken = Duration.seconds(900)
    /// `REFRESH_TOKEN_TTL`: from its issue; each use issues another.
    package var refreshToken = Duration.seconds(7 * 86_400)
    /// `SESSION_COOKIE_TTL`: of a session and its token, from the last renewal.
    package var session = Duration.seconds(86_400)
    /// `SESSION_REFRESH_GRACE_PERIOD`: how long a replaced session still counts, and how long a replaced refresh token raises no alarm.
    package var grace = Duration.seconds(10)
    /// `SESSION_MAX_LIFETIME`: from the login; no renewal goes beyond it (attack A5).
    package var maximum = Duration.seconds(90 * 86_400)

    package init() {}
}

extension Duration {
    /// Rounded down.
    package var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}

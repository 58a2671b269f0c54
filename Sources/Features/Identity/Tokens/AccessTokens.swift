internal import AccessControl
internal import JSONText
package import SchemaModel

/// What an access token says. The flags are for clients to read; rights come from the database at each request.
struct AccessClaims: Sendable, Equatable {
    enum Subject: Sendable, Equatable {
        case user(String)
        case share(String)
    }

    var subject: Subject
    var role: String?
    var hasAppAccess = false
    var isAdmin = false
    /// Second factors are demanded of this user, who has none yet.
    var enforcesTFA = false
    /// The key of the session that the token lives and dies with; nil = it lives until it expires.
    var session: String?
    /// Milliseconds since 1970; nil = never.
    var expires: Int?
}

/// Issues and reads access tokens: JWTs of the issuer `directus`, HS256 (contract/system.md, 1.3 and 3.1).
package struct AccessTokens: Sendable {
    package enum Fault: Error, Sendable, Equatable {
        /// The library could not sign: memory is short.
        case notSigned
    }

    private let keys: TokenKeys

    package init(keys: TokenKeys) { self.keys = keys }

    /// - Parameter claims: needs `expires`.
    /// - Throws: `Fault`.
    func issue(_ claims: AccessClaims, now: Moment) throws(Fault) -> String {
        var payload = JSONObject()
        switch claims.subject {
        case .user(let id): payload["id"] = .string(id)
        case .share(let id): payload["share"] = .string(id)
        }
        payload["role"] = claims.role.map { .string($0) } ?? .null
        payload["app_access"] = .bool(claims.hasAppAccess)
        payload["admin_access"] = .bool(claims.isAdmin)
        if let session = claims.session { payload["session"] = .string(session) }
        if claims.enforcesTFA { payload["enforce_tfa"] = true }
        payload["iat"] = .integer(now.seconds)
        if let expires = claims.expires { payload["exp"] = .integer(now.seconds + (expires - now.milliseconds) / 1000) }
        payload["iss"] = .string(CompactToken.issuer)
        guard let text = keys.current.sign(Array(JSONValue.object(payload).text.utf8)) else { throw .notSigned }
        return text
    }

    /// Signature, times, claims, in this order.
    /// - Throws: `INVALID_TOKEN`, `TOKEN_EXPIRED`.
    func read(_ token: CompactToken, now: Moment) throws(WireError) -> AccessClaims {
        guard token.isWellFormed, keys.haveSigned(token.text, now: now.milliseconds) else { throw .invalidToken }
        let starts = try seconds(token.payload["nbf"])
        let expires = try seconds(token.payload["exp"])
        if let starts, starts > Double(now.seconds) { throw .invalidToken }
        if let expires, expires <= Double(now.seconds) { throw .tokenExpired }
        return try claims(token.payload, expires: expires)
    }

    /// A token with a scope is for one purpose (an invitation, a password reset), never for access (attack A9).
    private func claims(_ payload: JSONObject, expires: Double?) throws(WireError) -> AccessClaims {
        guard let role = payload["role"], role.isNull || role.string != nil, let app = payload["app_access"], let admin = payload["admin_access"],
            payload["scope"] == nil
        else { throw .invalidToken }
        let subject: AccessClaims.Subject
        switch (payload["id"], payload["share"]) {
        case (.string(let id)?, nil): subject = .user(id)
        case (nil, .string(let id)?): subject = .share(id)
        default: throw .invalidToken
        }
        let session: String?
        switch payload["session"] {
        case nil: session = nil
        case .string(let key)?: session = key
        case _?: throw .invalidToken
        }
        return AccessClaims(
            subject: subject, role: role.string, hasAppAccess: app == true, isAdmin: admin == true, enforcesTFA: payload["enforce_tfa"] == true,
            session: session, expires: expires.map { $0 < 9e15 ? Int($0 * 1000) : .max })
    }

    private func seconds(_ value: JSONValue?) throws(WireError) -> Double? {
        guard let value else { return nil }
        guard case .number(let number) = value, number.double.isFinite, number.double > -1e15 else { throw .invalidToken }
        return number.double
    }
}

extension Moment {
    /// Since 1970, rounded down.
    var seconds: Int { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }
}

extension WireError {
    package static let invalidCredentials = WireError(.invalidCredentials, message: "Invalid user credentials.")
    package static let invalidToken = WireError(.invalidToken, message: "Invalid token.")
    package static let tokenExpired = WireError(.tokenExpired, message: "Token expired.")
    static let userSuspended = WireError(.userSuspended, message: "User suspended.")
    static let invalidOTP = WireError(.invalidOTP, message: "Invalid user OTP.")
}

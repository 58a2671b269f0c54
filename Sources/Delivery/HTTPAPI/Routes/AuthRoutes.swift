import AccessControl
import HTTPServer
import Identity
import JSONText
import QueryEngine
import SchemaModel

/// `/auth`: logging in, renewing, logging out (contract/system.md, 3.2). No answer of theirs is kept by anybody on the way (attack J2).
enum AuthRoutes {
    /// The default provider is not in the list, and there are no others yet.
    static func providers(_ context: RequestContext) -> HTTPResponse {
        context.json(.object(JSONObject([("data", []), ("disableDefault", false)])))
    }

    static func login(_ context: RequestContext) async throws -> HTTPResponse {
        let auth = context.services.auth
        return try await auth.stall.run {
            let form = try LoginForm(context.body)
            let user = try await auth.login.check(form.request, from: context.caller.origin, using: context.loop.database)
            let grant = try await auth.sessions.open(
                form.mode.kind, for: user, from: context.caller.origin, access: context.snapshot.access, using: context.loop.database)
            return answer(grant, form.mode, context)
        }
    }

    static func refresh(_ context: RequestContext) async throws -> HTTPResponse {
        let sent = try SentSession(context)
        let sessions = context.services.auth.sessions
        let (origin, access, database) = (context.caller.origin, context.snapshot.access, context.loop.database)
        let grant =
            switch sent.mode.kind {
            case .tokens: try await sessions.refresh(sent.token, from: origin, access: access, using: database)
            case .session: try await sessions.renew(sent.token, from: origin, access: access, using: database)
            }
        return answer(grant, sent.mode, context)
    }

    static func logout(_ context: RequestContext) async throws -> HTTPResponse {
        let sent = try SentSession(context)
        try await context.services.auth.sessions.end(
            sent.token, sent.mode.kind, from: context.caller.origin, using: context.loop.database)
        var response = context.empty
        response.headers.append(AnswerHeaders.unkept)
        switch sent.mode {
        case .json: break
        case .cookie: response.headers.append(context.services.settings.cookies.refresh.clearing)
        case .session: response.headers.append(context.services.settings.cookies.session.clearing)
        }
        return response
    }

    private static func answer(_ grant: SessionGrant, _ mode: LoginMode, _ context: RequestContext) -> HTTPResponse {
        let cookies = context.services.settings.cookies
        var members: [(String, JSONValue)] = [("expires", .integer(grant.lifetime.milliseconds))]
        var cookie: (name: String, value: String)?
        switch mode {
        case .json: members += [("refresh_token", grant.refreshToken.map { .string($0) } ?? .null), ("access_token", .string(grant.accessToken))]
        case .cookie:
            members.append(("access_token", .string(grant.accessToken)))
            cookie = grant.refreshToken.map { cookies.refresh.setting($0, for: context.services.auth.sessions.settings.refreshToken) }
        case .session: cookie = cookies.session.setting(grant.accessToken, for: grant.lifetime)
        }
        var response = context.data(.object(JSONObject(members)))
        response.sharedHeaders = AnswerHeaders.secretSuccess
        response.headers.removeAll { $0.name == "ETag" }
        if let cookie { response.headers.append(cookie) }
        return response
    }
}

/// How a client wants its tokens.
enum LoginMode: String, CaseIterable {
    case cookie, json, session

    var kind: SessionMode {
        switch self {
        case .cookie, .json: .tokens
        case .session: .session
        }
    }
}

/// The body of a login. The first fault in the order of the fields is told.
struct LoginForm {
    let request: LoginRequest
    let mode: LoginMode

    /// - Throws: `INVALID_PAYLOAD`.
    init(_ body: JSONValue?) throws(WireError) {
        guard case .object(let fields)? = body ?? .object(JSONObject()) else { throw .invalidPayload("\"value\" must be of type object") }
        let email = try LoginForm.text("email", fields)
        guard let email else { throw .invalidPayload("\"email\" is required") }
        guard LoginForm.isAddress(email) else { throw .invalidPayload("\"email\" must be a valid email") }
        guard let password = try LoginForm.text("password", fields) else { throw .invalidPayload("\"password\" is required") }
        switch fields["mode"] {
        case nil: mode = .json
        case let value?:
            guard let known = value.string.flatMap({ LoginMode(rawValue: $0) }) else {
                throw .invalidPayload("\"mode\" must be one of [\(LoginMode.allCases.map(\.rawValue).joined(separator: ", "))]")
            }
            mode = known
        }
        request = LoginRequest(email: email, password: password, oneTimePassword: try LoginForm.text("otp", fields))
    }

    private static func text(_ name: String, _ fields: JSONObject) throws(WireError) -> String? {
        guard let value = fields[name] else { return nil }
        guard let text = value.string else { throw .invalidPayload("\"\(name)\" must be a string") }
        if text.isEmpty { throw .invalidPayload("\"\(name)\" is not allowed to be empty") }
        return text
    }

    /// Whether there can be a user of that address. Not whether mail gets there.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F }
    }
}

/// The session that a client wants renewed or ended: of the body, of the refresh cookie, or of the session cookie's token, as the mode says.
struct SentSession {
    let token: String
    let mode: LoginMode

    /// In place of a token that is no text: no session has it.
    private static let unknown = ""

    /// - Throws: `INVALID_PAYLOAD` when there is none; `TOKEN_EXPIRED`, `INVALID_TOKEN` for the session cookie.
    init(_ context: RequestContext) throws(WireError) {
        let sent: String? =
            switch context.body?["refresh_token"] {
            case nil, .null?, ""?: nil
            case .string(let text)?: text
            case .bool?, .number?, .array?, .object?: SentSession.unknown
            }
        let cookies = context.services.settings.cookies
        let name = context.body?["mode"].flatMap { $0.isNull ? nil : $0.string ?? "" }
        let mode = name.map { LoginMode(rawValue: $0) } ?? (sent == nil ? .cookie : .json)
        let token: String?
        switch mode {
        case .json?: token = sent
        case .cookie?: token = RequestCookies.value(of: cookies.refresh.name, in: context.request)
        case .session?:
            let cookie = RequestCookies.value(of: cookies.session.name, in: context.request)
            token = if let cookie { try context.services.authentication.session(of: cookie) } else { nil }
        case nil: token = nil
        }
        guard let token, let mode else { throw .invalidPayload("The refresh token is required in either the payload or cookie") }
        self.token = token
        self.mode = mode
    }
}

import AccessControl
import HTTPAPI
import Identity
import Telemetry

/// Secrets, lifetimes and cookies of logins (contract/system.md, 3.1 and section 19).
struct AuthConfiguration {
    /// `SECRET`; nil = generated once and kept in the state folder.
    var secret: Secret<String>?
    /// `SECRET_PREVIOUS`: tokens that it has signed count until `SECRET_PREVIOUS_UNTIL`.
    var previousSecret: Secret<String>?
    var previousUntil: Moment?
    var sessions = SessionSettings()
    var loginStall = Duration.milliseconds(500)
    var cookies = CookieSettings()

    static func read(_ reader: inout EnvironmentReader, stateFolder: String) -> AuthConfiguration {
        var out = AuthConfiguration()
        out.secret = secret("SECRET", otherwise: "generated, and kept in \(TokenSecret.path(in: stateFolder))", &reader)
        out.previousSecret = secret("SECRET_PREVIOUS", otherwise: "none", &reader)
        out.previousUntil = moment("SECRET_PREVIOUS_UNTIL", &reader)
        if (out.previousSecret == nil) != (out.previousUntil == nil) {
            reader.report("SECRET_PREVIOUS and SECRET_PREVIOUS_UNTIL belong together")
        }
        out.sessions.accessToken = reader.duration("ACCESS_TOKEN_TTL", default: "15m")
        out.sessions.refreshToken = reader.duration("REFRESH_TOKEN_TTL", default: "7d")
        out.sessions.session = reader.duration("SESSION_COOKIE_TTL", default: "1d")
        out.sessions.grace = reader.duration("SESSION_REFRESH_GRACE_PERIOD", default: "10s")
        out.sessions.maximum = reader.duration("SESSION_MAX_LIFETIME", default: "90d")
        out.loginStall = reader.duration("LOGIN_STALL_TIME", default: "500")
        out.cookies.refresh = cookie("REFRESH_TOKEN_COOKIE", default: out.cookies.refresh, &reader)
        out.cookies.session = cookie("SESSION_COOKIE", default: out.cookies.session, &reader)
        return out
    }

    private static func secret(_ name: String, otherwise: String, _ reader: inout EnvironmentReader) -> Secret<String>? {
        let secret = reader.secret(name, otherwise: otherwise)
        if secret?.reveal().isEmpty == true { reader.report("\(name) is given, but empty") }
        return secret
    }

    private static func moment(_ name: String, _ reader: inout EnvironmentReader) -> Moment? {
        guard let text = reader.text(name) else { return nil }
        let moment = Moment(isoText: text)
        if moment == nil { reader.report("\(name)=\(text) has to be a moment such as 2026-01-31T12:00:00Z") }
        return moment
    }

    private static func cookie(_ prefix: String, default standard: CookieAttributes, _ reader: inout EnvironmentReader) -> CookieAttributes {
        var out = standard
        out.name = reader.text("\(prefix)_NAME", default: standard.name) ?? standard.name
        if out.name.isEmpty || !out.name.utf8.allSatisfy(isTokenByte) { reader.report("\(prefix)_NAME=\(out.name) is no name of a cookie") }
        out.isSecure = reader.choice("\(prefix)_SECURE", default: Flag.false) == .true
        out.sameSite = reader.choice("\(prefix)_SAME_SITE", default: CookieAttributes.SameSite.lax)
        out.domain = reader.text("\(prefix)_DOMAIN")
        if let domain = out.domain, domain.isEmpty || !domain.utf8.allSatisfy(isTokenByte) {
            reader.report("\(prefix)_DOMAIN=\(domain) is no domain")
        }
        return out
    }

    private enum Flag: String, CaseIterable {
        case `true`, `false`
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension EnvironmentReader {
    /// `15m`, `7d`, `10s`, `500ms`; a bare number is milliseconds. At most 10 years.
    mutating func duration(_ name: String, default standard: String) -> Duration {
        let text = text(name, default: standard) ?? standard
        if let span = EnvironmentReader.duration(text) { return span }
        report("\(name)=\(text) has to be a span such as 7d, 12h, 15m, 10s or 500ms")
        return EnvironmentReader.duration(standard) ?? .zero
    }

    private static func duration(_ text: String) -> Duration? {
        let units: [(suffix: String, milliseconds: Int)] = [
            ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1),
        ]
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Int(text.dropLast(unit.suffix.count)), (0...315_360_000_000 / unit.milliseconds).contains(number) else { return nil }
            return .milliseconds(number * unit.milliseconds)
        }
        return nil
    }
}

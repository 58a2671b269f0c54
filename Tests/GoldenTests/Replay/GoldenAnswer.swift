import Digests
import JSONText

/// An answer as cases look at it.
struct GoldenAnswer {
    let status: Int
    /// The content type without its parameters; empty when there is none.
    let type: String
    /// Names in lower case; the last of several with one name.
    let headers: [String: String]
    let cookies: JSONValue
    let body: JSONValue?
    let text: String?
    let image: JSONValue?
    let claims: JSONValue?

    init(_ answer: WireAnswer, to request: GoldenRequest) {
        status = answer.status
        let declared = answer.values(of: "content-type").joined(separator: ", ")
        type = String(declared.prefix { $0 != ";" }).trimmingBlanks
        headers = Dictionary(answer.headers.map { ($0.name.lowercased(), $0.value) }) { _, last in last }
        cookies = Cookies.read(answer.values(of: "set-cookie"))
        image = request.isImage ? ImageProbe.describe(answer.body) : nil
        let text = String(decoding: answer.body, as: UTF8.self)
        if type.hasSuffix("json"), let value = try? JSONParser.parse(text, depth: 1000) {
            body = Self.unfold(value, "", request.parsed)
            self.text = nil
        } else {
            body = nil
            self.text = type.hasSuffix("json") || !answer.body.isEmpty ? text : nil
        }
        claims = request.claims.flatMap { [cookies, body] in Self.token(at: $0, cookies, body) }.flatMap(Self.payload)
    }

    private static func token(at place: String, _ cookies: JSONValue, _ body: JSONValue?) -> String? {
        (place.hasPrefix("cookie:") ? cookies[String(place.dropFirst(7))]?["value"] : pick(place, of: body))?.string
    }

    /// The JSON body, or the text where it is none.
    var content: JSONValue? { body ?? text.map { .string($0) } }

    /// The value of a capture.
    func captured(_ place: String) -> JSONValue {
        let found: JSONValue?
        if place.hasPrefix("header:") {
            found = headers[String(place.dropFirst(7))].map { .string($0) }
        } else if place.hasPrefix("cookie:") {
            found = cookies[String(place.dropFirst(7))]?["value"]
        } else if place.hasPrefix("claims:") {
            found = claims?[String(place.dropFirst(7))]
        } else {
            found = pick(place, of: body)
        }
        return found ?? .null
    }

    /// The payload of a JWT (not verified), with `ttl` in place of `iat` and `exp`; nil when it is none.
    static func payload(_ token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let bytes = Base64URL.decode(parts[1]), let payload = try? JSONParser.parse(bytes).object,
            let issued = payload["iat"]?.number?.int, let expires = payload["exp"]?.number?.int
        else { return nil }
        var claims = JSONObject(payload.members.filter { $0.key != "iat" && $0.key != "exp" }.map { ($0.key, $0.value) })
        claims["ttl"] = .integer(expires - issued)
        return .object(claims)
    }

    /// The value with the JSON texts at these paths replaced by what they hold.
    static func unfold(_ value: JSONValue, _ path: String, _ patterns: [Glob]) -> JSONValue {
        if patterns.isEmpty { return value }
        let below = { (key: String) in path.isEmpty ? key : "\(path).\(key)" }
        switch value {
        case .object(let members): return .object(JSONObject(members.map { ($0.key, unfold($0.value, below($0.key), patterns)) }))
        case .array(let elements): return .array(elements.enumerated().map { unfold($1, below(String($0)), patterns) })
        case .string(let text):
            guard patterns.contains(where: { $0.matches(path) }) else { return value }
            return (try? JSONParser.parse(text, depth: 1000)) ?? value
        case .null, .bool, .number: return value
        }
    }
}

extension StringProtocol {
    var trimmingBlanks: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text.drop { $0.isWhitespace })
    }
}

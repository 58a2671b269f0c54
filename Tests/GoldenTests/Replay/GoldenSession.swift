import JSONText

/// One server under test: sends requests, keeps variables, callers and what symbols stand for.
struct GoldenSession {
    private let client: WireClient
    private(set) var variables = Variables()
    private(set) var callers: [String: String?]
    private var bindings = Bindings()

    init(port: UInt16, adminToken: String) {
        client = WireClient(port: port)
        variables["url"] = .string("http://127.0.0.1:\(port)")
        callers = ["admin": adminToken, "public": nil]
    }

    /// Learns who the administrator is, for `{{admin_id}}` and `{{admin_role}}`.
    mutating func meetAdministrator() throws {
        let request = try GoldenRequest(["method": "GET", "path": "/users/me?fields=id,role"])
        let answer = try send(request)
        variables["admin_id"] = pick("data.id", of: answer.body) ?? .null
        variables["admin_role"] = pick("data.role", of: answer.body) ?? .null
    }

    mutating func declare(caller: String, token: String?) { callers.updateValue(token, forKey: caller) }

    /// Sends a request and keeps what it captures.
    mutating func send(_ request: GoldenRequest) throws -> GoldenAnswer {
        var headers = request.headers.map { (name: $0.name, value: variables.fillText($0.value)) }
        if let token = try token(of: request.caller), !headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            headers.append(("Authorization", "Bearer " + token))
        }
        var body: [UInt8]?
        switch request.content {
        case .none: break
        case .json(let value):
            body = Array(RequestBytes.json(variables.fill(value)).utf8)
            if !headers.contains(where: { $0.name == "Content-Type" }) { headers.append(("Content-Type", "application/json")) }
        case .text(let text): body = Array(variables.fillText(text).utf8)
        case .multipart(let parts):
            let form = RequestBytes.multipart(parts, variables: variables)
            body = form.body
            headers.append(("Content-Type", form.type))
        }
        let path = variables.fillText(request.path)
        let target = request.pathIsEncoded ? path : RequestBytes.target(path)
        let answer = GoldenAnswer(try client.send(request.method, target, headers: headers, body: body), to: request)
        for capture in request.captures { variables[capture.name] = answer.captured(capture.place) }
        return answer
    }

    private func token(of caller: String) throws -> String? {
        let token: String?
        if caller.hasPrefix("{{") {
            token = variables.fill(caller).string
        } else {
            guard let known = callers[caller] else { throw GoldenFormatError.incomplete("no caller \(caller)") }
            token = known
        }
        return token?.isEmpty == true ? nil : token
    }

    /// All differences between an answer and the recorded one; a wrong status is the only one told.
    mutating func check(_ answer: GoldenAnswer, against want: GoldenExpectation, unordered: [Glob]) -> [Fault] {
        if want.status != answer.status {
            let kind = "expected \(want.status), got \(answer.status)"
            return [Fault(place: "status", kind: kind, detail: "\(kind): \(short(answer.content))")]
        }
        var comparison = Comparison(variables: variables, bindings: bindings)
        if let type = want.type, type != answer.type {
            let detail = "expected \(type), got \(answer.type)"
            comparison.add(Fault(place: "content type", kind: detail, detail: detail))
        }
        for (name, value) in want.headers { comparison.compare(value, answer.headers[name].map { .string($0) }, at: "header \(name)") }
        if let claims = want.claims { comparison.compare(claims, answer.claims, at: "claims") }
        if let image = want.image { comparison.compare(image, Self.near(answer.image, image), at: "image") }
        if let cookies = want.cookies { comparison.compare(cookies, answer.cookies, at: "cookies") }
        var whole = Comparison(variables: variables, unordered: unordered, bindings: comparison.bindings)
        if let body = want.body {
            whole.compare(body, answer.content, at: "")
        } else if let text = want.text {
            whole.compare(text, answer.text.map { .string($0) }, at: "text")
        }
        bindings = whole.bindings
        return comparison.faults + whole.faults
    }

    /// The image with the recorded first pixel when its own is off by little, as encoders and resamplers are.
    private static func near(_ got: JSONValue?, _ want: JSONValue) -> JSONValue? {
        guard var members = got?.object, let first = members["first"]?.array, let other = want["first"]?.array,
            zip(first, other).allSatisfy({ abs(($0.number?.int ?? 0) - ($1.number?.int ?? 0)) <= 24 })
        else { return got }
        members["first"] = .array(other)
        return .object(members)
    }
}

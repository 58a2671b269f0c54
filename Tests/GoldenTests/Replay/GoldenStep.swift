import JSONText

/// One line of `seed.jsonl` or `cases.jsonl`.
enum GoldenLine {
    /// Declares a caller and its token.
    case caller(name: String, token: String?)
    case request(GoldenRequest)
    /// A script over WebSocket connections; `requests` are its plain HTTP steps.
    case script(id: String, requests: [GoldenRequest])

    init(_ line: JSONValue) throws(GoldenFormatError) {
        if let name = line["caller"]?.string {
            self = .caller(name: name, token: line["token"]?.string)
        } else if let steps = line["ws"]?.array {
            var requests: [GoldenRequest] = []
            for step in steps { if let request = step["http"] { requests.append(try GoldenRequest(request)) } }
            self = .script(id: line["id"]?.string ?? "", requests: requests)
        } else {
            self = .request(try GoldenRequest(line))
        }
    }
}

/// A request, and for cases the recorded answer.
struct GoldenRequest {
    enum Content {
        case none
        case json(JSONValue)
        case text(String)
        case multipart([JSONValue])
    }

    let id: String
    /// Name of a caller, or `{{variable}}` with a token.
    let caller: String
    let method: String
    let path: String
    let pathIsEncoded: Bool
    let headers: [(name: String, value: String)]
    let content: Content
    /// Variable and where its value stands in the answer.
    let captures: [(name: String, place: String)]
    let unordered: [Glob]
    let parsed: [Glob]
    /// Where the answer has a JWT.
    let claims: String?
    let isImage: Bool
    let expectation: GoldenExpectation?

    init(_ line: JSONValue) throws(GoldenFormatError) {
        guard let method = line["method"]?.string, let path = line["path"]?.string else { throw .incomplete(line.text) }
        id = line["id"]?.string ?? ""
        caller = line["as"]?.string ?? "admin"
        self.method = method
        self.path = path
        pathIsEncoded = line["raw_path"]?.bool ?? false
        headers = Self.texts(line["headers"])
        content =
            if let body = line["body"] { .json(body) } else if let text = line["text"]?.string {
                .text(text)
            } else if let parts = line["multipart"]?
                .array
            { .multipart(parts) } else { .none }
        captures = Self.texts(line["capture"]).map { ($0.name, $0.value) }
        unordered = Self.globs(line["unordered"])
        parsed = Self.globs(line["parse"])
        claims = line["claims"]?.string
        isImage = line["image"]?.bool ?? false
        expectation = try line["expect"].map { (value) throws(GoldenFormatError) in try GoldenExpectation(value) }
    }

    private static func texts(_ value: JSONValue?) -> [(name: String, value: String)] {
        value?.object?.members.compactMap { member in member.value.string.map { (member.key, $0) } } ?? []
    }

    private static func globs(_ value: JSONValue?) -> [Glob] {
        value?.array?.compactMap { $0.string.map { Glob($0) } } ?? []
    }
}

/// The recorded answer.
struct GoldenExpectation {
    let status: Int
    /// The content type without its parameters.
    let type: String?
    let headers: [(name: String, value: JSONValue)]
    let cookies: JSONValue?
    let claims: JSONValue?
    let image: JSONValue?
    let body: JSONValue?
    let text: JSONValue?

    init(_ value: JSONValue) throws(GoldenFormatError) {
        guard let status = value["status"]?.number?.int else { throw .incomplete(value.text) }
        self.status = status
        type = value["type"]?.string
        headers = value["headers"]?.object?.members.map { ($0.key, $0.value) } ?? []
        cookies = value["cookies"]
        claims = value["claims"]
        image = value["image"]
        body = value["body"]
        text = value["text"]
    }
}

enum GoldenFormatError: Error, CustomStringConvertible {
    case unreadable(path: String, why: String)
    case syntax(path: String, line: Int, why: String)
    case incomplete(String)

    var description: String {
        switch self {
        case .unreadable(let path, let why): "\(path): \(why)"
        case .syntax(let path, let line, let why): "\(path):\(line): \(why)"
        case .incomplete(let text): "no complete step: \(text.prefix(200))"
        }
    }
}

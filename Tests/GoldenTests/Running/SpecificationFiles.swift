import JSONText

/// The OpenAPI documents that a model's callers get, as files for a validator: `NAME-CALLER.json`.
struct SpecificationFiles {
    let folder: String
    let name: String

    /// For every caller that is known by now; those who may not sign in (suspended users) have none.
    func write(from server: GoldenServer, _ session: GoldenSession) throws {
        for (caller, token) in session.callers.sorted(by: { $0.key < $1.key }) {
            let answer = try Self.document(for: token, from: server)
            if answer.status == 401, caller != "admin", caller != "public" { continue }
            guard answer.status == 200 else { throw GoldenFormatError.incomplete("the specification for \(caller): status \(answer.status)") }
            try Files.write(String(decoding: answer.body, as: UTF8.self), to: "\(folder)/\(name)-\(caller).json")
        }
    }

    /// For a model whose recording knows only the administrator and the public: a user with some of the rights. Makes rows, so no answer may be
    /// compared with a recorded one afterwards.
    func writeLimited(from server: GoldenServer, _ session: GoldenSession) throws {
        var session = session
        let document = try JSONParser.parse(try Self.document(for: GoldenServer.adminToken, from: server).body, depth: 1000)
        for (path, body) in Self.limitedUser(rights: Self.rights(over: document)) {
            let answer = try session.send(try GoldenRequest(["method": "POST", "path": .string(path), "body": body]))
            guard answer.status < 300 else { throw GoldenFormatError.incomplete("\(path): \(short(answer.content))") }
        }
        session.declare(caller: "limited", token: "token-limited")
        try write(from: server, session)
    }

    private static func document(for token: String?, from server: GoldenServer) throws -> WireAnswer {
        let headers = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        return try WireClient(port: server.port).send("GET", "/server/specs/oas", headers: headers, body: nil)
    }

    private static let role: JSONValue = "11111111-0000-4000-8000-000000000001"
    private static let policy: JSONValue = "11111111-0000-4000-8000-000000000002"

    /// One row a request: the recording may have its server refuse more.
    private static func limitedUser(rights: [JSONValue]) -> [(path: String, body: JSONValue)] {
        [
            ("/roles", ["id": role, "name": "Limited"]), ("/policies", ["id": policy, "name": "Limited"]),
            ("/access", ["role": role, "policy": policy]), ("/users", ["email": "limited@example.com", "role": role, "token": "token-limited"]),
        ] + rights.map { ("/permissions", $0) }
    }

    /// Half of the fields of each collection to read, and every other collection to fill.
    private static func rights(over document: JSONValue) -> [JSONValue] {
        let collections = (document["paths"]?.object?.members ?? []).compactMap { path -> String? in
            let parts = path.key.split(separator: "/")
            return parts.count == 2 && parts[0] == "items" ? String(parts[1]) : nil
        }
        return collections.enumerated().flatMap { index, collection -> [JSONValue] in
            let type = collection.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            let fields = (document["components"]?["schemas"]?[type]?["properties"]?.object?.members ?? []).map { JSONValue.string($0.key) }
            let half = fields.isEmpty ? ["*"] : Array(fields.prefix((fields.count + 1) / 2))
            let read: JSONValue = ["policy": policy, "collection": .string(collection), "action": "read", "fields": .array(half)]
            let create: JSONValue = ["policy": policy, "collection": .string(collection), "action": "create", "fields": ["*"]]
            return index.isMultiple(of: 2) ? [read, create] : [read]
        }
    }
}

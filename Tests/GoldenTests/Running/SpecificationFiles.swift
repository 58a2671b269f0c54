/// The OpenAPI documents that a group's callers get, as files for a validator: `GROUP-CALLER.json`.
struct SpecificationFiles {
    let folder: String
    let group: String

    /// For every caller that is known by now; those who may not sign in (suspended users) have none.
    func write(from server: GoldenServer, _ session: GoldenSession) throws {
        let client = WireClient(port: server.port)
        for (caller, token) in session.callers.sorted(by: { $0.key < $1.key }) {
            let headers = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
            let answer = try client.send("GET", "/server/specs/oas", headers: headers, body: nil)
            if answer.status == 401, caller != "admin", caller != "public" { continue }
            guard answer.status == 200 else { throw GoldenFormatError.incomplete("the specification for \(caller): status \(answer.status)") }
            try Files.write(String(decoding: answer.body, as: UTF8.self), to: "\(folder)/\(group)-\(caller).json")
        }
    }
}

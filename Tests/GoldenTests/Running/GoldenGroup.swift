import Testing

/// A folder of recorded requests and answers.
struct GoldenGroup: CustomTestStringConvertible, Sendable {
    let name: String
    let folder: String
    /// Where its list of expected failures is kept.
    let listPath: String
    /// Whether values of the recording may be written down (in the list); not so for groups that hold a third party's texts.
    let mayQuote: Bool

    var testDescription: String { name }
    var snapshot: String { folder + "/snapshot.yaml" }

    /// The variables that the server under test needs.
    func environment() throws -> [(name: String, value: String)] {
        let path = folder + "/env"
        guard Files.exists(path) else { return [] }
        return try Files.text(path).split(separator: "\n").compactMap { line in
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { return nil }
            return (String(line[..<equals]), String(line[line.index(after: equals)...]))
        }
    }

    /// A statement file to run on the fresh database before the server starts.
    var databaseScript: String? { Files.exists(folder + "/database.sql") ? folder + "/database.sql" : nil }

    func seed() throws -> [GoldenLine] {
        let path = folder + "/seed.jsonl"
        return Files.exists(path) ? try Files.lines(path).map { try GoldenLine($0) } : []
    }

    func cases() throws -> [GoldenLine] { try Files.lines(folder + "/cases.jsonl").map { try GoldenLine($0) } }
}

extension GoldenGroup {
    private static let tests: String = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

    /// The groups to replay: the project's own, or those of `GOLDEN_FOLDER`; `GOLDEN_GROUP` chooses by name.
    static let chosen: [GoldenGroup] = {
        let own = tests + "/Golden"
        let names = Files.environment("GOLDEN_GROUP")?.split { $0 == " " || $0 == "," }.map { String($0) }
        guard let folder = Files.environment("GOLDEN_FOLDER").map(absolute) else {
            let all = Files.names(in: own).filter { Files.exists("\(own)/\($0)/cases.jsonl") }
            return all.filter { names?.contains($0) ?? true }.map { name in
                GoldenGroup(name: name, folder: "\(own)/\(name)", listPath: "\(own)/\(name)/expected-failures.txt", mayQuote: true)
            }
        }
        let all = names ?? Files.names(in: folder).filter { Files.exists("\(folder)/\($0)/cases.jsonl") }
        return all.map { name in
            let isOwn = Files.exists("\(own)/\(name)/cases.jsonl")
            let list = isOwn ? "\(own)/\(name)/expected-failures.txt" : "\(own)/expected/\(name).txt"
            return GoldenGroup(name: name, folder: "\(folder)/\(name)", listPath: list, mayQuote: isOwn)
        }
    }()

    /// Relative folders are seen from the checkout.
    static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(tests)/../\(path)" }
}

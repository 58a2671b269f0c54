import SchemaModel

/// A command line that means nothing.
struct UsageProblem: Error {
    let message: String
    init(_ message: String) { self.message = message }

    /// For a word that is none of those that may stand there.
    init(unknown word: String, _ what: String, among words: some Sequence<String>) {
        let near = Spelling.nearest(to: word, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
        self.init("there is no \(what) \"\(word)\"\(near)")
    }
}

/// Options of a command line: `--name value`, `--flag`, and what is left.
struct Options {
    private(set) var values: [String: [String]] = [:]
    private(set) var rest: [String] = []

    /// - Throws: `UsageProblem` for an unknown option or one without its value.
    init(_ arguments: [String], taking valued: Set<String>, flags: Set<String> = []) throws {
        var words = arguments[...]
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word.count > 1 else {
                rest.append(word)
                continue
            }
            let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
            let given = word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) }
            guard word.hasPrefix("--"), flags.contains(name) || valued.contains(name) else {
                throw UsageProblem(unknown: "--\(name)", "option", among: valued.union(flags).sorted().map { "--\($0)" })
            }
            if flags.contains(name) {
                if given != nil { throw UsageProblem("--\(name) takes no value") }
                values[name, default: []].append("")
            } else {
                guard let value = given ?? words.popFirst() else { throw UsageProblem("--\(name) needs a value") }
                values[name, default: []].append(value)
            }
        }
    }

    subscript(name: String) -> String? { values[name]?.last }
    func has(_ name: String) -> Bool { values[name] != nil }

    /// - Throws: `UsageProblem` where one of these is given.
    func refuse(_ names: [String], because reason: String) throws {
        for name in names where has(name) { throw UsageProblem("--\(name): \(reason)") }
    }
}

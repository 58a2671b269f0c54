/// `alias[key]=target` of one level.
struct AliasTable {
    /// In order of the request, or sorted where the order is not known.
    let keys: [String]
    private let targets: [String: String]

    static let none = AliasTable([:])

    init(_ targets: [String: String]) {
        self.targets = targets
        keys = targets.keys.sorted()
    }

    init(keys: [String], targets: [String: String]) {
        self.keys = keys
        self.targets = targets
    }

    var isEmpty: Bool { keys.isEmpty }

    subscript(key: String) -> String? { targets.isEmpty ? nil : targets[key] }
}

import JSONText

/// A list or object of the query string while it is put together.
///
/// A list is kept as an object with its indexes as keys, so that gaps cost nothing and a list that grows too long is an object at once.
final class QueryBranch {
    enum Node {
        case text(String)
        /// The name stands as a key: what a bare text leaves in an object.
        case mark
        case branch(QueryBranch)
    }

    private let listLimit: Int
    private var isList = false
    /// An object that was a list: bare texts are still appended.
    private var wasList = false
    private var length = 0
    private var entries: [(key: String, node: Node)] = []
    private var positions = SmallIndex<String>()

    init(listLimit: Int) { self.listLimit = listLimit }

    private static func list(_ nodes: [Node], limit: Int) -> QueryBranch {
        let branch = QueryBranch(listLimit: limit)
        branch.isList = true
        for node in nodes { branch.push(node) }
        return branch
    }

    private func push(_ node: Node) {
        set(String(length), node)
        length += 1
        closeIfTooLong()
    }

    private func set(_ key: String, _ node: Node) {
        if let at = positions[key] {
            entries[at].node = node
        } else {
            positions.append(key)
            entries.append((key, node))
        }
    }

    private func closeIfTooLong() {
        guard isList, length > listLimit else { return }
        isList = false
        wasList = true
    }

    /// Puts one parameter, with all its values, below the root.
    func insert(_ first: String, _ more: [String], at segments: [QuerySegment]) {
        var node = Node.text(first)
        if !more.isEmpty { node = .branch(.list([node] + more.map(Node.text), limit: listLimit)) }
        if segments.count == 1, case .name(let name, mayBeIndex: false) = segments[0], positions[name] == nil {
            set(name, node)
            return
        }
        for segment in segments.reversed() { node = wrap(node, in: segment) }
        if case .branch(let branch) = node { mergeAsObject(branch) }
    }

    private func wrap(_ node: Node, in segment: QuerySegment) -> Node {
        switch segment {
        case .append:
            if case .branch(let branch) = node, branch.isList || branch.wasList { return node }
            return .branch(.list([node], limit: listLimit))
        case .name(let name, let mayBeIndex):
            let branch = QueryBranch(listLimit: listLimit)
            branch.set(name, node)
            if mayBeIndex, let index = QueryBranch.index(name), index < listLimit {
                branch.isList = true
                branch.length = index + 1
            }
            return .branch(branch)
        }
    }

    private func merged(_ old: Node, _ new: Node) -> Node {
        switch (old, new) {
        case (.branch(let target), .branch(let source)):
            if target.isList && source.isList { target.mergeAsList(source) } else { target.mergeAsObject(source) }
            return old
        case (.branch(let target), .text(let text)):
            if target.isList || target.wasList { target.push(new) } else { target.set(text, .mark) }
            return old
        case (.branch(let target), .mark):
            target.push(new)
            return old
        case (.text, .branch(let source)), (.mark, .branch(let source)):
            let rest = source.isList || source.wasList ? source.ordered.map(\.node) : [new]
            return .branch(.list([old] + rest, limit: listLimit))
        case (.text, .text), (.text, .mark), (.mark, .text), (.mark, .mark):
            return .branch(.list([old, new], limit: listLimit))
        }
    }

    private func mergeAsObject(_ source: QueryBranch) {
        isList = false
        for (key, node) in source.entries {
            if let at = positions[key] { entries[at].node = merged(entries[at].node, node) } else { set(key, node) }
            if wasList, let index = QueryBranch.index(key) { length = max(length, index + 1) }
        }
    }

    /// Elements with the same index become one where both are lists or objects; else the second is appended.
    private func mergeAsList(_ source: QueryBranch) {
        for (key, node) in source.ordered {
            guard let at = positions[key] else {
                set(key, node)
                length = max(length, (QueryBranch.index(key) ?? 0) + 1)
                continue
            }
            if case .branch = entries[at].node, case .branch = node {
                entries[at].node = merged(entries[at].node, node)
            } else {
                push(node)
            }
        }
        closeIfTooLong()
    }

    /// A canonical decimal index (`7`, not `07`).
    private static func index(_ key: String) -> Int? {
        let digits = key.utf8
        guard digits.count < 10, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), digits.first != 0x30 || digits.count == 1 else { return nil }
        return Int(key)
    }

    /// Integers first, ascending; the others as they came.
    private var ordered: [(key: String, node: Node)] {
        guard entries.contains(where: { QueryBranch.index($0.key) != nil }) else { return entries }
        var numbered: [(index: Int, position: Int)] = []
        var named: [Int] = []
        for (position, entry) in entries.enumerated() {
            if let index = QueryBranch.index(entry.key) { numbered.append((index, position)) } else { named.append(position) }
        }
        numbered.sort { $0.index < $1.index }
        return numbered.map { entries[$0.position] } + named.map { entries[$0] }
    }

    var object: JSONObject { JSONObject(unique: ordered.map { (key: $0.key, value: value($0.node)) }) }

    private func value(_ node: Node) -> JSONValue {
        switch node {
        case .text(let text): .string(text)
        case .mark: .bool(true)
        case .branch(let branch): branch.isList ? .array(branch.ordered.map { value($0.node) }) : .object(branch.object)
        }
    }
}

import JSONText
import SchemaModel

/// A value with its place.
struct Located<Value: Sendable>: Sendable {
    var value: Value
    var location: SourceLocation
}

/// A mapping whose keys belong to one table. What has the wrong form reads as absent: `ShapeCheck` has reported it.
struct KeyedNode<Key: LanguageKey>: Sendable {
    struct Entry: Sendable {
        var keyLocation: SourceLocation
        var node: YAMLNode
    }
    var location: SourceLocation
    private var entries: [Key: Entry] = [:]

    init(at location: SourceLocation) { self.location = location }

    init(_ node: YAMLNode) {
        location = node.location
        for entry in node.mapping?.entries ?? [] {
            if let key = Key(rawValue: entry.key) { entries[key] = Entry(keyLocation: entry.keyLocation, node: entry.value) }
        }
    }

    /// For what the compiler writes itself.
    mutating func set(_ key: Key, _ value: JSONValue) {
        let text = value.string ?? value.text
        let scalar = YAMLScalar(text: text, style: .plain, value: value, location: location, extent: 0..<0)
        entries[key] = Entry(keyLocation: location, node: .scalar(scalar))
    }

    mutating func set(_ key: Key, _ node: YAMLNode) { entries[key] = Entry(keyLocation: node.location, node: node) }

    /// The node, `null` where the key's shape gives `null` a meaning.
    subscript(key: Key) -> YAMLNode? {
        guard let node = entries[key]?.node else { return nil }
        if node.isNull {
            guard case .nullable = key.spec.shape else { return nil }
        }
        return node
    }

    func has(_ key: Key) -> Bool { self[key] != nil }

    func location(of key: Key) -> SourceLocation { entries[key]?.keyLocation ?? location }

    /// The keys that are there.
    var keys: some Sequence<Key> { Key.allCases.lazy.filter { has($0) } }

    func text(_ key: Key) -> String? {
        guard let scalar = self[key]?.scalar, scalar.isText else { return nil }
        return scalar.text
    }

    func name(_ key: Key) -> Located<String>? {
        guard let node = self[key], let text = text(key), !text.isEmpty else { return nil }
        return Located(value: text, location: node.location)
    }

    func flag(_ key: Key) -> Bool? { self[key]?.scalar?.value.bool }

    func integer(_ key: Key) -> Int? { self[key]?.scalar?.value.number?.int }

    func json(_ key: Key) -> JSONValue? {
        guard let node = self[key], !node.isNull else { return nil }
        return node.json
    }

    /// The word in lower case.
    func word(_ key: Key) -> String? { text(key)?.lowercased() }

    /// The texts of a list, each with its place.
    func names(_ key: Key) -> [Located<String>]? {
        self[key]?.items?.compactMap { item in
            item.scalar.flatMap { $0.isText && !$0.text.isEmpty ? Located(value: $0.text, location: $0.location) : nil }
        }
    }

    func nested<Inner: LanguageKey>(_ key: Key, _: Inner.Type) -> KeyedNode<Inner>? {
        guard let node = self[key], node.mapping != nil else { return nil }
        return KeyedNode<Inner>(node)
    }
}

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
    /// In file order; a field asks for dozens of keys and has a handful, so these bytes are what is searched.
    private var present: [Key] = []
    private var entries: [Entry] = []

    init(at location: SourceLocation) { self.location = location }

    init(_ node: YAMLNode) {
        location = node.location
        for entry in node.mapping?.entries ?? [] {
            guard let key = Key.byWord[entry.key] else { continue }
            present.append(key)
            entries.append(Entry(keyLocation: entry.keyLocation, node: entry.value))
        }
    }

    /// For what the compiler writes itself.
    mutating func set(_ key: Key, _ value: JSONValue) {
        let text = value.string ?? value.text
        let scalar = YAMLScalar(text: text, style: .plain, value: value, location: location, extent: 0..<0)
        set(key, .scalar(scalar), at: location)
    }

    mutating func set(_ key: Key, _ node: YAMLNode) { set(key, node, at: node.location) }

    private mutating func set(_ key: Key, _ node: YAMLNode, at place: SourceLocation) {
        let entry = Entry(keyLocation: place, node: node)
        if let index = present.firstIndex(of: key) {
            entries[index] = entry
        } else {
            present.append(key)
            entries.append(entry)
        }
    }

    /// The node, `null` where the key's shape gives `null` a meaning.
    subscript(key: Key) -> YAMLNode? {
        guard let node = present.firstIndex(of: key).map({ entries[$0].node }) else { return nil }
        if node.isNull {
            guard case .nullable = key.spec.shape else { return nil }
        }
        return node
    }

    func has(_ key: Key) -> Bool { self[key] != nil }

    func location(of key: Key) -> SourceLocation { present.firstIndex(of: key).map { entries[$0].keyLocation } ?? location }

    /// The keys that are there.
    var keys: some Sequence<Key> { present.lazy.filter { has($0) } }

    func text(_ key: Key) -> String? {
        guard let scalar = self[key]?.scalar, scalar.isText else { return nil }
        return scalar.text
    }

    func name(_ key: Key) -> Located<String>? {
        guard let node = self[key], let text = text(key), !text.isEmpty else { return nil }
        return Located(value: text, location: node.location)
    }

    func flag(_ key: Key) -> Bool? { self[key]?.scalar?.typedValue.bool }

    func integer(_ key: Key) -> Int? { self[key]?.scalar?.typedValue.number?.int }

    func json(_ key: Key) -> JSONValue? {
        guard let node = self[key], !node.isNull else { return nil }
        return node.json
    }

    /// One of the words of the key.
    func word(_ key: Key) -> String? { text(key) }

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

package import JSONText
package import SchemaModel

/// One value of a YAML document, with its place in the text.
///
/// - Shape: a finite tree (aliases are expanded, bombs were refused), at most `YAMLLimits.depth` deep, keys unique, no NUL in any text.
/// - Note: the `extent`s are offsets in Unicode scalars from the start of the file, for editors. An expanded alias has the place of its anchor.
package enum YAMLNode: Sendable, Equatable {
    case scalar(YAMLScalar)
    case sequence(YAMLSequence)
    case mapping(YAMLMapping)
}

package struct YAMLScalar: Sendable, Equatable {
    package enum Style: Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

    /// The text without quotes, escapes resolved.
    package var text: String
    package var style: Style
    /// What the core schema makes of it: `null`, a boolean or a number for plain texts that look so, else the text.
    package var value: JSONValue
    package var location: SourceLocation
    package var extent: Range<Int>
    /// Environment variables were put in: where a text is wanted, `text` is meant, whatever it looks like.
    package var isExpanded = false

    package init(text: String, style: Style, value: JSONValue, location: SourceLocation, extent: Range<Int>) {
        self.text = text
        self.style = style
        self.value = value
        self.location = location
        self.extent = extent
    }
}

package struct YAMLSequence: Sendable, Equatable {
    package var items: [YAMLNode]
    /// `[a, b]` rather than lines with dashes.
    package var isFlow: Bool
    package var location: SourceLocation
    package var extent: Range<Int>

    package init(items: [YAMLNode], isFlow: Bool, location: SourceLocation, extent: Range<Int>) {
        self.items = items
        self.isFlow = isFlow
        self.location = location
        self.extent = extent
    }
}

package struct YAMLMapping: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// The key's text; `1: x` has the key `1`.
        package var key: String
        package var keyLocation: SourceLocation
        package var keyExtent: Range<Int>
        package var value: YAMLNode

        package init(key: String, keyLocation: SourceLocation, keyExtent: Range<Int>, value: YAMLNode) {
            self.key = key
            self.keyLocation = keyLocation
            self.keyExtent = keyExtent
            self.value = value
        }
    }
    /// In the order of the file; keys are unique.
    package var entries: [Entry]
    /// `{a: 1}` rather than lines.
    package var isFlow: Bool
    package var location: SourceLocation
    package var extent: Range<Int>

    package init(entries: [Entry], isFlow: Bool, location: SourceLocation, extent: Range<Int>) {
        self.entries = entries
        self.isFlow = isFlow
        self.location = location
        self.extent = extent
    }

    package subscript(key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
}

extension YAMLNode {
    package var location: SourceLocation {
        switch self {
        case .scalar(let scalar): scalar.location
        case .sequence(let sequence): sequence.location
        case .mapping(let mapping): mapping.location
        }
    }

    package var extent: Range<Int> {
        switch self {
        case .scalar(let scalar): scalar.extent
        case .sequence(let sequence): sequence.extent
        case .mapping(let mapping): mapping.extent
        }
    }

    package var scalar: YAMLScalar? { if case .scalar(let scalar) = self { scalar } else { nil } }
    package var items: [YAMLNode]? { if case .sequence(let sequence) = self { sequence.items } else { nil } }
    package var mapping: YAMLMapping? { if case .mapping(let mapping) = self { mapping } else { nil } }
    package var isNull: Bool { scalar?.value == .null }
    package subscript(key: String) -> YAMLNode? { mapping?[key] }

    /// The value without places; keys keep their order.
    package var json: JSONValue {
        switch self {
        case .scalar(let scalar): scalar.value
        case .sequence(let sequence): .array(sequence.items.map(\.json))
        case .mapping(let mapping): .object(JSONObject(unique: mapping.entries.map { (key: $0.key, value: $0.value.json) }))
        }
    }
}

import JSONText
import SchemaCompiler

extension YAMLTree {
    /// The same tree with `${` escaped in its texts (not in keys, which are never expanded).
    var escapingVariables: YAMLTree {
        switch self {
        case .value(let value): .value(value.escapingVariables)
        case .lines(let entries): .lines(entries.map(\.escapingVariables))
        case .list(let elements): .list(elements.map(\.escapingVariables))
        }
    }
}

extension YAMLTree.Entry {
    var escapingVariables: YAMLTree.Entry { YAMLTree.Entry(key, value.escapingVariables) }
}

extension JSONValue {
    fileprivate var escapingVariables: JSONValue {
        switch self {
        case .null, .bool, .number: self
        case .string(let text): .string(EnvironmentExpansion.escape(text))
        case .array(let elements): .array(elements.map(\.escapingVariables))
        case .object(let members): .object(JSONObject(members.map { ($0.key, $0.value.escapingVariables) }))
        }
    }
}

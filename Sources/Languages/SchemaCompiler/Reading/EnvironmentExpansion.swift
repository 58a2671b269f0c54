import JSONText
import SchemaModel

/// Puts the values of environment variables into texts: `${NAME}`, `${NAME:-default}`; `$${` stands for `${`.
///
/// - Note: a plain scalar gets the type that the expanded text looks like (`hidden: ${HIDE:-false}` is a boolean); a quoted one stays text,
///   but where the key wants a number or boolean (`length: "${LENGTH}"`).
/// - Errors, by code: `unknown-variable` (unset, without default), `bad-variable` (`${` without a name or `}`).
package struct EnvironmentExpansion {
    private let environment: [String: String]
    private(set) var diagnostics: [Diagnostic] = []

    init(_ environment: [String: String]) { self.environment = environment }

    /// A text that comes out of expansion as `text`; for whatever writes definition files.
    package static func escape(_ text: String) -> String {
        guard mayHaveVariables(text) else { return text }
        var out = ""
        var rest = text[...]
        while let dollar = EnvironmentExpansion.opening(in: rest) {
            out += rest[..<dollar] + "$${"
            rest = rest[rest.index(dollar, offsetBy: 2)...]
        }
        return out + rest
    }

    static func mayHaveVariables(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{"), previous == UInt8(ascii: "$") { return true }
            previous = byte
        }
        return false
    }

    mutating func expand(_ node: YAMLNode) -> YAMLNode {
        switch node {
        case .scalar(var scalar):
            guard EnvironmentExpansion.mayHaveVariables(scalar.text) else { return node }
            scalar.text = expand(scalar.text, at: scalar.location)
            scalar.value = .string(scalar.text)
            scalar.isExpanded = true
            if scalar.style == .plain, case .value(let value) = YAMLCoreSchema.resolve(plain: scalar.text) { scalar.value = value }
            return .scalar(scalar)
        case .sequence(var sequence):
            for index in sequence.items.indices { sequence.items[index] = expand(sequence.items[index]) }
            return .sequence(sequence)
        case .mapping(var mapping):
            for index in mapping.entries.indices { mapping.entries[index].value = expand(mapping.entries[index].value) }
            return .mapping(mapping)
        }
    }

    private mutating func expand(_ text: String, at location: SourceLocation) -> String {
        var out = ""
        var rest = text[...]
        while let dollar = EnvironmentExpansion.opening(in: rest) {
            let before = rest[..<dollar]
            let after = rest[rest.index(dollar, offsetBy: 2)...]
            if before.last == "$" {
                out += before.dropLast() + "${"
                rest = after
                continue
            }
            out += before
            guard let close = after.firstIndex(of: "}") else {
                report("bad-variable", "`${` without `}`", at: location)
                return out + rest[dollar...]
            }
            out += value(of: after[..<close], at: location)
            rest = after[after.index(after: close)...]
        }
        return out + rest
    }

    private mutating func value(of expression: Substring, at location: SourceLocation) -> String {
        var name = expression
        var fallback: Substring?
        if let colon = expression.firstIndex(of: ":"), expression[colon...].hasPrefix(":-") {
            name = expression[..<colon]
            fallback = expression[colon...].dropFirst(2)
        }
        let isName = name.first.map { $0 == "_" || $0.isASCII && $0.isLetter } == true
        guard isName, name.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            report("bad-variable", "`${\(expression)}` is no variable; `${NAME}` and `${NAME:-default}` are", at: location)
            return ""
        }
        if let value = environment[String(name)], fallback == nil || !value.isEmpty { return value }
        guard let fallback else {
            let near = Spelling.nearest(to: String(name), among: environment.keys.sorted())
            report(
                "unknown-variable", "the environment has no `\(name)`, and no default is given", at: location,
                hint: near.map { "did you mean `\($0)`?" } ?? "a default is written `${\(name):-text}`")
            return ""
        }
        return String(fallback)
    }

    private mutating func report(_ code: String, _ message: String, at location: SourceLocation, hint: String? = "a plain `${` is written `$${`") {
        diagnostics.append(Diagnostic(code: code, message: message, at: location, hint: hint))
    }

    /// Where the next `${` begins.
    private static func opening(in text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while let dollar = text[index...].firstIndex(of: "$") {
            let next = text.index(after: dollar)
            if next < text.endIndex, text[next] == "{" { return dollar }
            index = next
        }
        return nil
    }
}

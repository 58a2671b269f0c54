import JSONText
import QueryLanguage
import SchemaModel
import Testing

/// Parsed queries as short text, so that a table of cases reads like the requests.
enum Rendering {
    /// `title, n=name, author{name}, item:texts{*}, *{id}, date_year=year(date)`.
    static func text(_ selections: [Selection]) -> String { selections.map(text).joined(separator: ", ") }

    private static func text(_ selection: Selection) -> String {
        switch selection {
        case .wildcard: "*"
        case .field(let key, let name): named(key, name)
        case .function(let key, let function, let argument): "\(key)=\(function)(\(argument))"
        case .json(let key, let argument, let path): "\(key)=json(\(argument), \(path))"
        case .relation(let key, let name, let scope, let inner):
            named(key, name) + (scope.map { ":\($0)" } ?? "") + "{\(text(inner))}"
        case .everyRelation(let inner): "*{\(text(inner))}"
        case .covered(let inner): text(inner)
        }
    }

    private static func named(_ key: String, _ name: String) -> String { key == name ? name : "\(key)=\(name)" }

    /// `(author>name _eq "x" & id _in [1, 2])`.
    static func text(_ filter: FilterExpression) -> String {
        switch filter {
        case .all: "true"
        case .and(let parts): "(" + parts.map(text).joined(separator: " & ") + ")"
        case .or(let parts): "(" + parts.map(text).joined(separator: " | ") + ")"
        case .key(let key, .condition(let op, let operand)): "\(key.text) \(op.rawValue) \(text(operand))"
        case .key(let key, let inner): "\(key.text)>\(text(inner))"
        case .condition(let op, let operand): "\(op.rawValue) \(text(operand))"
        case .unknownOperator(let name): "?\(name)"
        case .some(let inner): "_some \(text(inner))"
        case .none(let inner): "_none \(text(inner))"
        }
    }

    private static func text(_ operand: FilterOperand) -> String {
        switch operand {
        case .value(let value): value.text
        case .variable(let variable): "<\(variable.text)>"
        case .list(let operands): "[" + operands.map(text).joined(separator: ", ") + "]"
        }
    }

    /// Only what was asked for, in a fixed order.
    static func text(_ arguments: QueryArguments) -> String {
        var parts: [String] = []
        if let filter = arguments.filter { parts.append("filter " + text(filter)) }
        if let search = arguments.search { parts.append("search \"\(search)\"") }
        if !arguments.sort.isEmpty { parts.append("sort " + arguments.sort.map { ($0.descending ? "-" : "+") + $0.text }.joined(separator: ",")) }
        if let limit = arguments.limit { parts.append("limit \(limit)") }
        if let offset = arguments.offset { parts.append("offset \(offset)") }
        if let page = arguments.page { parts.append("page \(page)") }
        for term in arguments.aggregate { parts.append("\(term.function.rawValue)[\(term.fields.joined(separator: ","))]") }
        if !arguments.groupBy.isEmpty { parts.append("groupBy " + arguments.groupBy.joined(separator: ",")) }
        return parts.joined(separator: "; ")
    }

    /// `tags(limit 3){tags_id(filter …)}`, sorted.
    static func text(_ deep: [String: DeepNode]) -> String {
        deep.keys.sorted().map { key in
            guard let node = deep[key] else { return "" }
            var parts = [text(node.arguments)].filter { !$0.isEmpty }
            for alias in node.alias.keys.sorted() { parts.append("alias \(alias)=\(node.alias[alias] ?? "")") }
            return "\(key)(\(parts.joined(separator: "; ")))" + (node.children.isEmpty ? "" : "{\(text(node.children))}")
        }.joined(separator: ", ")
    }

    /// Everything but the selections.
    static func rest(_ query: ItemQuery) -> String {
        var parts = [text(query.arguments)].filter { !$0.isEmpty }
        if !query.deep.isEmpty { parts.append("deep " + text(query.deep)) }
        if !query.meta.isEmpty { parts.append("meta " + query.meta.map(\.rawValue).sorted().joined(separator: ",")) }
        if let export = query.export { parts.append("export \(export.rawValue)") }
        if let version = query.version { parts.append("version \(version)" + (query.versionRaw ? " raw" : "")) }
        if !query.backlink { parts.append("no backlink") }
        return parts.joined(separator: "; ")
    }
}

/// A request and what it should become.
struct QueryCase: Sendable, CustomTestStringConvertible {
    let query: String
    let expected: String
    init(_ query: String, _ expected: String) {
        self.query = query
        self.expected = expected
    }
    var testDescription: String { query.count > 80 ? "\(query.prefix(80))…" : query }
}

extension QueryLimits {
    /// The limits of the recorded group `reads-limits`.
    static var low: QueryLimits {
        var limits = QueryLimits()
        limits.defaultLimit = 4
        limits.maximumLimit = 6
        limits.relationalDepth = 3
        limits.jsonDepth = 2
        limits.queryStringDepth = 5
        limits.queryStringArrayLimit = 3
        return limits
    }
}

/// The reason of the error that `work` ends with; nil if it succeeds.
func reason(_ work: () throws(WireError) -> Void) -> String? {
    do { try work() } catch { return error.extensions.first { $0.key == "reason" }?.value.string ?? error.message }
    return nil
}

import QueryLanguage
import SchemaModel

extension Resolver {
    mutating func aggregation(_ arguments: QueryArguments, on collection: Collection, path: [String]) -> ResolvedAggregation {
        var groups: [ResolvedAggregation.Group] = []
        for text in arguments.groupBy {
            if let group = group(text, on: collection, path: path) { groups.append(group) }
        }
        var terms: [ResolvedAggregation.Term] = []
        for term in arguments.aggregate {
            terms += self.terms(term, on: collection, path: path)
        }
        var sort: [(key: ResolvedAggregation.SortKey, descending: Bool)] = []
        if !groups.isEmpty {
            for term in arguments.sort {
                if let key = sortKey(term.text, groups: groups, terms: terms, arguments: arguments, on: collection, path: path) {
                    sort.append((key, term.descending))
                }
            }
        }
        return ResolvedAggregation(groups: groups, terms: terms, sort: sort)
    }

    private mutating func group(_ text: String, on collection: Collection, path: [String]) -> ResolvedAggregation.Group? {
        if case .function(let name, let argument) = FilterParser.key(text) {
            guard let target = functionTarget(name, argument, on: collection, path: path, place: .selection) else { return nil }
            return ResolvedAggregation.Group(key: "\(argument)_\(name)", target: target)
        }
        guard let field = use(text, on: collection, path: path, place: .selection) else { return nil }
        guard field.column != nil, field.type != .json else {
            faults.append(.invalidQuery("\"\(field.type.wireName)\" field type can't be grouped by"))
            return nil
        }
        if field.isConcealed || field.type == .hash {
            use(text, of: collection.name, path: path, exists: false, place: .selection)
            return nil
        }
        return ResolvedAggregation.Group(key: text, target: .field(field))
    }

    private mutating func terms(_ term: AggregateTerm, on collection: Collection, path: [String]) -> [ResolvedAggregation.Term] {
        // `count` of `*` beside fields: only the fields are answered.
        let names = term.fields.count > 1 ? term.fields.filter { $0 != "*" } : term.fields
        var out: [ResolvedAggregation.Term] = []
        for name in names {
            if name == "*" {
                if term.function == .count || term.function == .countAll {
                    out.append(ResolvedAggregation.Term(function: term.function, field: nil))
                } else {
                    faults.append(.invalidQuery("\"\(term.function.rawValue)\" does not take \"*\""))
                }
                continue
            }
            guard let field = use(name, on: collection, path: path, place: .selection) else { continue }
            guard field.column != nil, AggregateTypes.admits(term.function, field) else {
                faults.append(
                    .invalidQuery("\"\(field.type.wireName)\" field type does not allow the \"\(term.function.rawValue)\" aggregate function"))
                continue
            }
            out.append(ResolvedAggregation.Term(function: term.function, field: field))
        }
        return out
    }

    private mutating func sortKey(
        _ text: String, groups: [ResolvedAggregation.Group], terms: [ResolvedAggregation.Term], arguments: QueryArguments,
        on collection: Collection, path: [String]
    ) -> ResolvedAggregation.SortKey? {
        if let index = arguments.groupBy.firstIndex(of: text), index < groups.count { return .group(index) }
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        if let function = parts.first.flatMap(AggregateFunction.init(rawValue:)) {
            let name = parts.count > 1 && parts[1] != "*" ? parts[1] : nil
            if let index = terms.firstIndex(where: { $0.function == function && ($0.field?.name.text == name || (name == nil && $0.field == nil)) }) {
                return .term(index)
            }
            use(parts[0], of: collection.name, path: path, exists: false)
            return nil
        }
        let known = use(text, on: collection, path: path, place: .argument) != nil
        if known { faults.append(.invalidQuery("Groups can only be sorted by what they are grouped by: \"\(text)\"")) }
        return nil
    }
}

enum AggregateTypes {
    static func admits(_ function: AggregateFunction, _ field: Field) -> Bool {
        switch function {
        case .count, .countAll: return true
        case .countDistinct: return field.type != .json || field.column?.dataType == "jsonb"
        case .sum, .sumDistinct, .avg, .avgDistinct:
            switch field.type {
            case .integer, .bigInteger, .float, .decimal: return true
            case .string, .text, .boolean, .date, .time, .dateTime, .timestamp, .json, .csv, .uuid, .hash, .binary, .geometry, .alias, .unknown:
                return false
            }
        case .min, .max:
            switch field.type {
            case .string, .text, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .csv, .hash: return true
            case .boolean, .json, .uuid, .binary, .geometry, .alias, .unknown: return false
            }
        }
    }
}

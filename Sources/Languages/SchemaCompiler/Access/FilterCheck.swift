import JSONText
import SchemaModel

/// Filters in files: names against the model, operators and values against the filter language.
///
/// - Errors, by code: `bad-filter`, `unknown-operator`, `unknown-field`, `translated-field`, `unknown-collection`. Warning: `unknown-variable`.
/// - Source: contract/items.md, 2.5.
extension Linking {
    /// - Parameter owner: nil for a rule on a field's own value, which has operators alone.
    mutating func check(filter node: YAMLNode, on owner: Int?, _ snapshot: SchemaSnapshot) {
        let before = diagnostics.count
        walk(node, owner, snapshot)
        guard diagnostics.count == before else { return }
        do { _ = try FilterParser.parse(node.json) } catch { report("bad-filter", Linking.reason(error), at: node.location) }
    }

    private static func reason(_ error: WireError) -> String {
        error.extensions.first { $0.key == "reason" }?.value.string ?? error.message
    }

    private mutating func walk(_ node: YAMLNode, _ owner: Int?, _ snapshot: SchemaSnapshot) {
        guard let entries = node.mapping?.entries else {
            return report("bad-filter", "a filter is a mapping, not \(node.found)", at: node.location)
        }
        for entry in entries {
            switch entry.key {
            case "_and", "_or":
                guard let items = entry.value.items else {
                    report("bad-filter", "`\(entry.key)` takes a list of filters, not \(entry.value.found)", at: entry.value.location)
                    continue
                }
                for item in items { walk(item, owner, snapshot) }
            case "_some", "_none": walk(entry.value, owner, snapshot)
            default:
                if let known = FilterOperator(rawValue: entry.key) {
                    check(operand: entry, of: known, snapshot)
                } else if entry.key.hasPrefix("_"), owner.map({ drafts[$0].field(entry.key) == nil }) ?? true {
                    reportUnknown(operator: entry)
                } else {
                    step(entry, owner, snapshot)
                }
            }
        }
    }

    private mutating func reportUnknown(operator entry: YAMLMapping.Entry) {
        let words = FilterOperator.allCases.map(\.rawValue) + ["_and", "_or", "_some", "_none"]
        let near = Spelling.nearest(to: entry.key, among: words)
        report(
            "unknown-operator", "there is no operator `\(entry.key)`", at: entry.keyLocation,
            hint: near.map { "did you mean `\($0)`?" } ?? "operators: " + words.joined(separator: ", "))
    }

    private mutating func check(operand entry: YAMLMapping.Entry, of known: FilterOperator, _ snapshot: SchemaSnapshot) {
        let condition = JSONValue.object(JSONObject([(entry.key, entry.value.json)]))
        do { _ = try FilterParser.parse(condition) } catch { report("bad-filter", Linking.reason(error), at: entry.value.location) }
        if known != .json { checkVariables(in: entry.value, snapshot) }
    }

    private mutating func step(_ entry: YAMLMapping.Entry, _ owner: Int?, _ snapshot: SchemaSnapshot) {
        guard let owner else {
            let near = entry.value.mapping == nil ? Spelling.nearest(to: "_" + entry.key, among: FilterOperator.allCases.map(\.rawValue)) : nil
            return report(
                "bad-filter", "`\(entry.key)` is no operator, and stands below a value that has no fields", at: entry.keyLocation,
                hint: near.map { "did you mean `\($0)`?" })
        }
        guard let next = resolve(entry, owner, snapshot) else { return }
        switch entry.value {
        case .mapping: walk(entry.value, next.owner, snapshot)
        case .sequence: report("bad-filter", "a list needs an operator: `\(entry.key): { _in: [ … ] }`", at: entry.value.location)
        case .scalar:
            if entry.value.isNull {
                report("bad-filter", "`\(entry.key)` has no condition", at: entry.keyLocation, hint: "write `{ _null: true }`")
            } else {
                checkVariables(in: entry.value, snapshot)
            }
        }
    }

    private enum Destination {
        case collection(Int)
        /// A plain column: operators alone stand below.
        case value

        init(_ collection: Int?) { self = collection.map { .collection($0) } ?? .value }
        var owner: Int? { if case .collection(let owner) = self { owner } else { nil } }
    }

    /// Where a key leads; nil when it leads nowhere, which is reported.
    private mutating func resolve(_ entry: YAMLMapping.Entry, _ owner: Int, _ snapshot: SchemaSnapshot) -> Destination? {
        func located(_ name: String) -> Located<String> { Located(value: name, location: entry.keyLocation) }
        switch FilterParser.key(entry.key) {
        case .field(let name):
            guard drafts[owner].field(name) != nil else {
                if FilterOperator(rawValue: "_" + name) != nil {
                    report(
                        "bad-filter", "`\(drafts[owner].name)` has no field `\(name)`", at: entry.keyLocation,
                        hint: "did you mean the operator `_\(name)`?")
                } else {
                    reportUnknown(field: located(name), of: owner)
                }
                return nil
            }
            switch snapshot.role(of: FieldName(name), in: drafts[owner].name) {
            case .manyToOne(let relation): return Destination(relation.oneCollection.flatMap { indexByName[$0] })
            case .oneToMany(let relation): return Destination(indexByName[relation.manyCollection])
            case .anyToOne: return .value
            case nil: return drafts[owner].field(name)?.form.isRelation == true ? nil : .value
            }
        case .scoped(let name, let collection):
            return resolve(scope: collection, of: located(name), owner, snapshot)
        case .function(let function, let argument):
            let functions = ["year", "month", "week", "day", "weekday", "hour", "minute", "second", "count"]
            if !functions.contains(function) {
                let near = Spelling.nearest(to: function, among: functions)
                report("bad-filter", "there is no function `\(function)`", at: entry.keyLocation, hint: near.map { "did you mean `\($0)`?" })
            } else if drafts[owner].field(argument) == nil {
                reportUnknown(field: located(argument), of: owner)
            }
            return .value
        case .follow(let collection, let field, _):
            guard let found = indexByName[CollectionName(collection)] else {
                reportUnknown(collection: located(collection))
                return nil
            }
            if drafts[found].field(field) == nil { reportUnknown(field: located(field), of: found) }
            return .collection(found)
        }
    }

    private mutating func resolve(
        scope collection: String, of name: Located<String>, _ owner: Int, _ snapshot: SchemaSnapshot
    ) -> Destination? {
        guard drafts[owner].field(name.value) != nil else {
            reportUnknown(field: name, of: owner)
            return nil
        }
        guard case .anyToOne(let relation)? = snapshot.role(of: FieldName(name.value), in: drafts[owner].name) else {
            report("bad-filter", "`\(name.value)` is no many-to-any column; leave `:\(collection)` out", at: name.location)
            return nil
        }
        let allowed = (relation.oneAllowedCollections ?? []).map(\.text)
        guard allowed.contains(collection), let found = indexByName[CollectionName(collection)] else {
            let near = Spelling.nearest(to: collection, among: allowed)
            report(
                "unknown-collection", "`\(name.value)` never holds items of `\(collection)`", at: name.location,
                hint: near.map { "did you mean `\($0)`?" } ?? "allowed: " + allowed.joined(separator: ", "))
            return nil
        }
        return .collection(found)
    }

    /// `$CURRENT_USER.desk`: the variable, and the path on its collection.
    private mutating func checkVariables(in node: YAMLNode, _ snapshot: SchemaSnapshot) {
        switch node {
        case .sequence(let sequence): for item in sequence.items { checkVariables(in: item, snapshot) }
        case .mapping: break
        case .scalar(let scalar):
            guard scalar.text.hasPrefix("$") else { return }
            guard let variable = DynamicVariable(scalar.text) else {
                let words = ["$NOW", "$CURRENT_USER", "$CURRENT_ROLE", "$CURRENT_ROLES", "$CURRENT_POLICIES"]
                let head = String(scalar.text.prefix { $0 != "." && $0 != "(" })
                guard let near = Spelling.nearest(to: head, among: words) else { return }
                return report(
                    "unknown-variable", "`\(scalar.text)` is no variable and is compared as text", at: scalar.location,
                    hint: "did you mean `\(near)`?", severity: .warning)
            }
            switch variable {
            case .now: break
            case .currentUser(let path): check(path, from: "directus_users", scalar.location, snapshot)
            case .currentRole(let path), .currentRoles(let path): check(path, from: "directus_roles", scalar.location, snapshot)
            case .currentPolicies(let path): check(path, from: "directus_policies", scalar.location, snapshot)
            }
        }
    }

    private mutating func check(_ path: [String], from start: CollectionName, _ location: SourceLocation, _ snapshot: SchemaSnapshot) {
        var at = indexByName[start]
        for name in path {
            guard let owner = at else {
                return report("bad-filter", "`\(name)` stands below a field that is no relation", at: location)
            }
            guard drafts[owner].field(name) != nil else {
                return reportUnknown(field: Located(value: name, location: location), of: owner)
            }
            switch snapshot.role(of: FieldName(name), in: drafts[owner].name) {
            case .manyToOne(let relation): at = relation.oneCollection.flatMap { indexByName[$0] }
            case .oneToMany(let relation): at = indexByName[relation.manyCollection]
            case .anyToOne: at = nil
            case nil:
                if drafts[owner].field(name)?.form.isRelation == true { return }
                at = nil
            }
        }
    }
}

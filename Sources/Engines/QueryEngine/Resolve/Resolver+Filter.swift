import AccessControl
import SchemaModel
import JSONText

extension Resolver {
    /// - Parameter path: names of the relations from the root to `collection`, for messages.
    mutating func filter(_ expression: FilterExpression, on collection: Collection, path: [String] = []) -> ResolvedFilter {
        resolve(expression, at: FilterPlace(root: collection, joins: [], path: path, scopeStart: true))
    }

    /// Where in the tree of joins a part of a filter applies.
    struct FilterPlace {
        var root: Collection
        var joins: [ResolvedJoin]
        /// For messages.
        var path: [String]
        /// `_some` is allowed only where no join has been made since the root (or the last `_some`).
        var scopeStart: Bool
        /// The last step, when it was into a field or relation; operators apply to it.
        var target: ResolvedTarget?
        /// A many-to-any item without scope.
        var isUnscopedAny = false
        var collection: Collection { joins.last?.to ?? root }
    }

    private mutating func resolve(_ expression: FilterExpression, at place: FilterPlace) -> ResolvedFilter {
        switch expression {
        case .all: return .all
        case .and(let parts): return .and(group(parts) { resolver, part in resolver.resolve(part, at: place) })
        case .or(let parts): return .or(group(parts) { resolver, part in resolver.resolve(part, at: place) })
        case .key(let key, let inner): return step(key, inner, at: place)
        case .condition(let op, let operand): return condition(op, operand, at: place)
        case .unknownOperator(let name): return unknownOperator(name, at: place)
        case .some(let inner): return quantified(inner, isNone: false, at: place)
        case .none(let inner): return quantified(inner, isNone: true, at: place)
        }
    }

    /// The parts of a group or object. Their names are told last part first, which is the order in which the reference meets them.
    private mutating func group(
        _ parts: [FilterExpression], _ resolve: (inout Resolver, FilterExpression) -> ResolvedFilter
    ) -> [ResolvedFilter] {
        let start = uses.count
        var told: [ArraySlice<FieldUse>] = []
        var out: [ResolvedFilter] = []
        for part in parts {
            let before = uses.count
            out.append(resolve(&self, part))
            told.append(uses[before...])
        }
        if parts.count > 1 { uses.replaceSubrange(start..., with: told.reversed().joined()) }
        return out
    }

    private mutating func step(_ key: FilterKey, _ inner: FilterExpression, at place: FilterPlace) -> ResolvedFilter {
        if place.target != nil { return stepBelowPlainField(key, at: place) }
        switch key {
        case .field(let name): return step(field: name, inner, at: place)
        case .function(let name, let argument):
            guard FieldFunction(rawValue: name) != nil || schema.field(FieldName(argument), of: place.collection.name) != nil else {
                _ = use(key.text, on: place.collection, path: place.path, place: .argument)
                return .all
            }
            let before = faults.count
            guard let target = functionTarget(name, argument, on: place.collection, path: place.path, place: .argument) else {
                if faults.count > before {
                    faults.removeLast()
                    faults.append(.invalidQuery("Invalid filter key \"\(key.text)\" on \"\(place.collection.name)\""))
                }
                return .all
            }
            var next = place
            next.target = target
            return resolve(inner, at: next)
        case .scoped(let name, let scope):
            guard case .anyToOne(let relation)? = schema.role(of: FieldName(name), in: place.collection.name) else {
                _ = use(key.text, on: place.collection, path: place.path, place: .argument)
                return .all
            }
            _ = use(name, on: place.collection, path: place.path, place: .argument)
            guard let join = join(anyToOne: relation, scope: scope, from: place.collection) else {
                use("", of: CollectionName(scope), path: place.path + [key.text], exists: false)
                return .all
            }
            return follow(join, name: key.text, inner, at: place)
        case .follow(let collection, let field, let collectionField):
            guard let join = join(following: collection, field, collectionField, from: place.collection) else {
                use(field, of: CollectionName(collection), path: place.path + [key.text], exists: false)
                return .all
            }
            use(field, of: join.to.name, path: place.path + [key.text], exists: true)
            return follow(join, name: key.text, inner, at: place)
        }
    }

    private mutating func step(field name: String, _ inner: FilterExpression, at place: FilterPlace) -> ResolvedFilter {
        guard let field = use(name, on: place.collection, path: place.path, place: .argument) else { return .all }
        guard let role = schema.role(of: field.name, in: place.collection.name) else {
            var next = place
            next.target = .field(field)
            return resolve(inner, at: next)
        }
        switch role {
        case .manyToOne(let relation):
            if isOperators(inner) {
                var next = place
                next.target = .field(field)
                return resolve(inner, at: next)
            }
            guard let join = join(manyToOne: relation, from: place.collection) else { return .all }
            return splitOperators(inner, field: field, at: place) { resolver, rest in resolver.follow(join, name: name, rest, at: place) }
        case .oneToMany(let relation):
            guard let join = join(oneToMany: relation, from: place.collection, name: name) else { return .all }
            return follow(join, name: name, inner, at: place)
        case .anyToOne:
            var next = place
            next.target = .field(field)
            next.isUnscopedAny = true
            return resolve(inner, at: next)
        }
    }

    /// `{ author: { _neq: 1, name: {…} } }`: operators speak of the key, the rest of the related row.
    private mutating func splitOperators(
        _ inner: FilterExpression, field: Field, at place: FilterPlace, _ rest: (inout Resolver, FilterExpression) -> ResolvedFilter
    ) -> ResolvedFilter {
        guard case .and(let parts) = inner, parts.contains(where: isOperators) else { return rest(&self, inner) }
        var next = place
        next.target = .field(field)
        var out: [ResolvedFilter] = []
        for part in parts { out.append(isOperators(part) ? resolve(part, at: next) : rest(&self, part)) }
        return .and(out)
    }

    /// Only operators (also inside groups): they compare the field itself.
    private func isOperators(_ expression: FilterExpression) -> Bool {
        switch expression {
        case .condition, .unknownOperator: true
        case .and(let parts), .or(let parts): !parts.isEmpty && parts.allSatisfy(isOperators)
        case .all, .key, .some, .none: false
        }
    }

    private mutating func follow(_ join: ResolvedJoin, name: String, _ inner: FilterExpression, at place: FilterPlace) -> ResolvedFilter {
        switch inner {
        case .some(let below): return some(join, name: name, below, isNone: false, at: place)
        case .none(let below): return some(join, name: name, below, isNone: true, at: place)
        case .and(let parts) where parts.contains(where: isQuantified):
            return .and(group(parts) { resolver, part in resolver.follow(join, name: name, part, at: place) })
        case .or(let parts) where parts.contains(where: isQuantified):
            return .or(group(parts) { resolver, part in resolver.follow(join, name: name, part, at: place) })
        case .all, .and, .or, .key, .condition, .unknownOperator:
            var next = place
            next.joins.append(join)
            next.path.append(name)
            next.scopeStart = false
            return resolve(inner, at: next)
        }
    }

    private func isQuantified(_ expression: FilterExpression) -> Bool {
        switch expression {
        case .some, .none: true
        case .all, .and, .or, .key, .condition, .unknownOperator: false
        }
    }

    private mutating func some(
        _ join: ResolvedJoin, name: String, _ below: FilterExpression, isNone: Bool, at place: FilterPlace
    ) -> ResolvedFilter {
        guard place.scopeStart, join.isToMany else {
            faults.append(.invalidQuery("\"\(isNone ? "_none" : "_some")\" can only be used with top level relational alias field"))
            // The names in it are looked at all the same.
            _ = resolve(below, at: FilterPlace(root: join.to, joins: [], path: place.path + [name], scopeStart: false))
            return .all
        }
        let inner = resolve(
            below, at: FilterPlace(root: join.to, joins: [], path: place.path + [name], scopeStart: true))
        return isNone ? .none(join, inner) : .some(join, inner)
    }

    /// `_some` where no relation was stepped into.
    private mutating func quantified(_ inner: FilterExpression, isNone: Bool, at place: FilterPlace) -> ResolvedFilter {
        faults.append(.invalidQuery("\"\(isNone ? "_none" : "_some")\" can only be used with top level relational alias field"))
        return .all
    }

    private mutating func stepBelowPlainField(_ key: FilterKey, at place: FilterPlace) -> ResolvedFilter {
        if place.isUnscopedAny {
            // The reference looks the name up on the junction.
            if use(key.text, on: place.collection, path: place.path, place: .argument) != nil {
                faults.append(.invalidQuery("You have to provide a collection scope when sorting or filtering on a many-to-any item"))
            }
            return .all
        }
        // A sub-key that is no field counts as an unknown field of this collection; one that is has nothing to stand on.
        if use(key.text, on: place.collection, path: place.path, place: .argument) != nil {
            faults.append(.invalidQuery("Invalid filter key \"\(key.text)\" on \"\(place.collection.name)\""))
        }
        return .all
    }

    private mutating func unknownOperator(_ name: String, at place: FilterPlace) -> ResolvedFilter {
        guard let type = targetType(at: place) else {
            faults.append(.invalidQuery("Invalid filter key \"\(name)\" on \"\(place.collection.name)\""))
            return .all
        }
        faults.append(.invalidQuery("\"\(type.wireName)\" field type does not contain the \"\(name)\" filter operator"))
        return .all
    }

    private mutating func note(_ operand: FilterOperand) {
        switch operand {
        case .value: return
        case .variable(let variable): if variable.isDotted { variables.insert(variable) }
        case .list(let parts): for part in parts { note(part) }
        }
    }

    private func targetType(at place: FilterPlace) -> FieldType? {
        switch place.target {
        case .field(let field)?: field.type
        case .function?, .countRelated?: .integer
        case nil: place.joins.last?.isToMany == true ? schema.primaryKey(of: place.collection.name)?.type : nil
        }
    }

    private mutating func condition(_ op: FilterOperator, _ operand: FilterOperand, at place: FilterPlace) -> ResolvedFilter {
        note(operand)
        var target = place.target
        if target == nil, place.joins.last?.isToMany == true, let key = schema.primaryKey(of: place.collection.name) {
            // An operator directly on a list speaks of the related rows' keys.
            target = .field(key)
            use(key.name.text, of: place.collection.name, path: place.path, exists: true)
        }
        guard let target else {
            faults.append(.invalidQuery("Invalid filter key \"\(op.rawValue)\" on \"\(place.collection.name)\""))
            return .all
        }
        if place.isUnscopedAny, !place.joins.isEmpty {
            faults.append(.invalidQuery("You have to provide a collection scope when sorting or filtering on a many-to-any item"))
            return .all
        }
        if let fault = OperatorCheck.fault(op, operand, target: target) {
            faults.append(fault)
            return .all
        }
        return .condition(ResolvedOperand(joins: place.joins, target: target, collection: place.collection.name), op, operand)
    }
}

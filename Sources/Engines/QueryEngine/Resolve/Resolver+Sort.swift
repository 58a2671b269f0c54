import QueryLanguage
import SchemaModel

extension Resolver {
    /// `author.name`, `tags.tags_id.name`, `sections.item:headings.title`, `year(date)`, `author.count(articles)`.
    /// - Returns: nil after a miss or a fault.
    mutating func sortOperand(_ text: String, on collection: Collection, path: [String], place: FieldUse.Place) -> ResolvedOperand? {
        var joins: [ResolvedJoin] = []
        var here = collection
        var path = path
        var segments = SortPath.segments(of: text)
        guard let last = segments.popLast() else { return nil }
        for (index, segment) in segments.enumerated() {
            let next = index + 1 < segments.count ? segments[index + 1] : last
            guard let join = sortJoin(segment, next: next, on: here, path: path) else { return nil }
            joins.append(join)
            path.append(segment)
            here = join.to
        }
        let target: ResolvedTarget?
        if case .function(let name, let argument) = FilterParser.key(last) {
            target = functionTarget(name, argument, on: here, path: path, place: place)
        } else if let field = use(last, on: here, path: path, place: place) {
            switch schema.role(of: field.name, in: here.name) {
            case .oneToMany(let relation)?:
                guard let join = join(oneToMany: relation, from: here, name: last), let key = schema.primaryKey(of: join.to.name) else { return nil }
                joins.append(join)
                here = join.to
                target = .field(key)
            case .anyToOne? where !joins.isEmpty:
                faults.append(.invalidQuery("You have to provide a collection scope when sorting or filtering on a many-to-any item"))
                return nil
            case .manyToOne?, .anyToOne?, nil: target = .field(field)
            }
        } else {
            target = nil
        }
        guard let target else { return nil }
        if case .field(let field) = target {
            if field.isConcealed || field.type == .hash {
                // Sorting by a secret would tell its order.
                use(field.name.text, of: here.name, path: path, exists: false, place: place)
                return nil
            }
            if !SortPath.isSortable(field) {
                faults.append(.invalidQuery("\"\(field.type.wireName)\" field type can't be sorted by"))
                return nil
            }
        }
        return ResolvedOperand(joins: joins, target: target, collection: here.name)
    }

    /// - Parameter next: the segment after it, which is what is unknown when this one leads nowhere.
    private mutating func sortJoin(_ segment: String, next: String, on collection: Collection, path: [String]) -> ResolvedJoin? {
        if case .scoped(let name, let scope) = FilterParser.key(segment),
            case .anyToOne(let relation)? = schema.role(of: FieldName(name), in: collection.name)
        {
            _ = use(name, on: collection, path: path, place: .argument)
            if let join = join(anyToOne: relation, scope: scope, from: collection) { return join }
            use("", of: CollectionName(scope), path: path + [segment], exists: false)
            return nil
        }
        guard let field = use(segment, on: collection, path: path, place: .argument) else { return nil }
        switch schema.role(of: field.name, in: collection.name) {
        case .manyToOne(let relation)?: return join(manyToOne: relation, from: collection)
        case .oneToMany(let relation)?: return join(oneToMany: relation, from: collection, name: segment)
        case .anyToOne?, nil:
            // What is below is looked up here, as the reference does.
            use(next, of: collection.name, path: path, exists: false)
            return nil
        }
    }
}

enum SortPath {
    /// Splits at dots outside parentheses.
    static func segments(of text: String) -> [String] {
        var segments: [String] = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ".", depth <= 0 {
                segments.append("")
            } else {
                segments[segments.count - 1].append(character)
            }
        }
        return segments
    }

    /// PostgreSQL has no order for json and geometry's is meaningless.
    static func isSortable(_ field: Field) -> Bool {
        switch field.type {
        case .json: field.column?.dataType == "jsonb"
        case .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .csv, .uuid, .hash, .binary,
            .geometry, .alias, .unknown:
            true
        }
    }
}

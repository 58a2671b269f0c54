internal import AccessControl
internal import SQLText
internal import SchemaModel

/// Dotted variables -> one statement that reads them all.
///
/// - Shape: one scalar subquery for each variable: text for a path of many-to-one steps, a JSON array of texts where the path starts at several
///   rows or passes a to-many step. Slots: 0 user, 1 role, 2 roles, 3 policies.
/// - A path that the schema does not know is null. Rights are not looked at: rules may depend on what the caller can't read (items.md, 2.5.8).
struct AttributePlan: Sendable {
    struct Column: Sendable {
        let variable: DynamicVariable
        let isList: Bool
        let type: FieldType
    }

    let columns: [Column]
    let template: SQLTemplate

    init(_ variables: [DynamicVariable], in schema: SchemaSnapshot) {
        var columns: [Column] = []
        var parts: [SQLFragment] = []
        for variable in variables {
            guard let start = AttributePath.start(of: variable), let path = AttributePath(start, in: schema) else { continue }
            columns.append(Column(variable: variable, isList: path.isList, type: path.type))
            parts.append(path.subquery)
        }
        self.columns = columns
        template = ("SELECT " + parts.joined(separator: ", ")).render()
    }
}

/// One variable's way through the schema.
private struct AttributePath {
    struct Start {
        let collection: CollectionName
        let path: [String]
        let isList: Bool
        let condition: SQLFragment
    }

    private(set) var isList: Bool
    private(set) var type = FieldType.unknown
    private var joins: SQLFragment
    private var value = SQLFragment()
    private let condition: SQLFragment
    private var depth = 0

    static func start(of variable: DynamicVariable) -> Start? {
        switch variable {
        case .now: nil
        case .currentUser(let path):
            Start(collection: "directus_users", path: path, isList: false, condition: "= \(slot: 0, as: .uuid)")
        case .currentRole(let path):
            Start(collection: "directus_roles", path: path, isList: false, condition: "= \(slot: 1, as: .uuid)")
        case .currentRoles(let path):
            Start(collection: "directus_roles", path: path, isList: true, condition: "= ANY(\(slot: 2, as: .uuid.array))")
        case .currentPolicies(let path):
            Start(collection: "directus_policies", path: path, isList: true, condition: "= ANY(\(slot: 3, as: .uuid.array))")
        }
    }

    /// - Returns: nil where a step of the path does not exist or leads nowhere.
    init?(_ start: Start, in schema: SchemaSnapshot) {
        guard !start.path.isEmpty, let table = AttributePath.table(of: start.collection, in: schema),
            let key = schema.primaryKey(of: start.collection).flatMap({ SQLIdentifier($0.name.text) })
        else { return nil }
        isList = start.isList
        condition = "\(AttributePath.alias(0)).\(key) \(start.condition)"
        joins = "\(table) \(AttributePath.alias(0))"
        var collection = start.collection
        for step in start.path.dropLast() {
            guard let next = follow(FieldName(step), of: collection, in: schema) else { return nil }
            collection = next
        }
        guard let last = start.path.last, end(FieldName(last), of: collection, in: schema) else { return nil }
    }

    var subquery: SQLFragment {
        if isList { return "(SELECT json_agg(\(value)::text) FROM \(joins) WHERE \(condition))" }
        return "(SELECT \(value)::text FROM \(joins) WHERE \(condition))"
    }

    private static func alias(_ depth: Int) -> SQLIdentifier { SQLIdentifier("t\(depth)") ?? SQLIdentifier(static: "t") }

    private static func table(of name: CollectionName, in schema: SchemaSnapshot) -> SQLFragment? {
        guard let table = schema.collection(name)?.table, let identifier = SQLIdentifier(table.name) else { return nil }
        guard let prefix = table.schema else { return SQLFragment(identifier) }
        return SQLIdentifier(prefix).map { "\($0).\(identifier)" }
    }

    /// Joins what a relational field leads to.
    private mutating func follow(_ field: FieldName, of collection: CollectionName, in schema: SchemaSnapshot) -> CollectionName? {
        let here = AttributePath.alias(depth)
        let there = AttributePath.alias(depth + 1)
        guard let role = schema.role(of: field, in: collection), let own = schema.primaryKey(of: collection).flatMap({ SQLIdentifier($0.name.text) })
        else { return nil }
        switch role {
        case .manyToOne(let relation):
            guard let target = relation.oneCollection, let table = AttributePath.table(of: target, in: schema),
                let key = schema.primaryKey(of: target).flatMap({ SQLIdentifier($0.name.text) }), let column = SQLIdentifier(field.text)
            else { return nil }
            joins += " JOIN \(table) \(there) ON \(there).\(key) = \(here).\(column)"
            depth += 1
            return target
        case .oneToMany(let relation):
            guard let table = AttributePath.table(of: relation.manyCollection, in: schema), let column = SQLIdentifier(relation.manyField.text)
            else { return nil }
            joins += " JOIN \(table) \(there) ON \(there).\(column) = \(here).\(own)"
            depth += 1
            isList = true
            return relation.manyCollection
        case .anyToOne: return nil
        }
    }

    /// The value at the end: a column, or the keys of the rows that an alias lists.
    private mutating func end(_ field: FieldName, of collection: CollectionName, in schema: SchemaSnapshot) -> Bool {
        guard let found = schema.field(field, of: collection) else { return false }
        if found.column != nil, let column = SQLIdentifier(field.text) {
            value = "\(AttributePath.alias(depth)).\(column)"
            type = found.type
            return true
        }
        guard let target = follow(field, of: collection, in: schema), let key = schema.primaryKey(of: target), key.column != nil,
            let column = SQLIdentifier(key.name.text)
        else { return false }
        value = "\(AttributePath.alias(depth)).\(column)"
        type = key.type
        return true
    }
}

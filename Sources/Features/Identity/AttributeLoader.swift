package import AccessControl
internal import JSONText
package import Postgres
package import QueryEngine
internal import SQLText
package import SchemaModel
internal import Synchronization

/// Reads the values of dotted variables (`$CURRENT_USER.desk.name`) for a caller: one statement, anew for every request (attack D17).
package final class AttributeLoader: Sendable {
    private static let maximumPlans = 256

    private struct Plans {
        var generation = -1
        var byVariables: [[DynamicVariable]: AttributePlan] = [:]
        /// What field rules mention, of all collections.
        var ofFields: [DynamicVariable]?

        mutating func follow(_ snapshot: EngineSnapshot) {
            if generation == snapshot.generation, byVariables.count < AttributeLoader.maximumPlans { return }
            self = Plans(generation: snapshot.generation)
        }
    }

    private let plans = Mutex(Plans())

    package init() {}

    /// The caller with the attributes that its own rights need for such a request.
    /// - Parameter further: dotted variables besides, of the request's own filter.
    /// - Throws: `PostgresError`.
    package func load(
        _ caller: Caller, for use: AttributeUse, further: [DynamicVariable] = [], in snapshot: EngineSnapshot, using database: any StatementRunner
    ) async throws -> Caller {
        let wanted = missing(for: caller, use, further, in: snapshot)
        guard !wanted.isEmpty else { return caller }
        let plan = plan(of: wanted, in: snapshot)
        guard !plan.columns.isEmpty else { return caller }
        let row = try await database.query(plan.template.statement(slots: AttributeLoader.slots(of: caller)))
        var caller = caller
        for (index, column) in plan.columns.enumerated() {
            caller.attributes[column.variable] = AttributeLoader.value(of: column, row.string(0, index))
            caller.attributeTypes[column.variable] = column.type
        }
        return caller
    }

    /// Whether `load` would have to ask the database.
    package func needsQuery(_ caller: Caller, for use: AttributeUse, in snapshot: EngineSnapshot) -> Bool {
        !missing(for: caller, use, [], in: snapshot).isEmpty
    }

    private func missing(
        for caller: Caller, _ use: AttributeUse, _ further: [DynamicVariable], in snapshot: EngineSnapshot
    ) -> [DynamicVariable] {
        guard caller.user != nil || !caller.access.policies.isEmpty else { return [] }
        var wanted = caller.access.variables(for: use)
        for variable in further + fieldVariables(for: use, in: snapshot) where variable.isDotted && !wanted.contains(variable) {
            wanted.append(variable)
        }
        wanted.removeAll { caller.attributes[$0] != nil }
        return wanted
    }

    private func plan(of variables: [DynamicVariable], in snapshot: EngineSnapshot) -> AttributePlan {
        plans.withLock { plans in
            plans.follow(snapshot)
            if let known = plans.byVariables[variables] { return known }
            let made = AttributePlan(variables, in: snapshot.schema)
            plans.byVariables[variables] = made
            return made
        }
    }

    /// Fields' rules hold for everybody who writes, admins too.
    private func fieldVariables(for use: AttributeUse, in snapshot: EngineSnapshot) -> [DynamicVariable] {
        guard use == .writes else { return [] }
        return plans.withLock { plans in
            plans.follow(snapshot)
            if let known = plans.ofFields { return known }
            let found = Set(snapshot.schema.collections.flatMap { PayloadRules(of: $0).variables }).sorted { $0.text < $1.text }
            plans.ofFields = found
            return found
        }
    }

    private static func slots(of caller: Caller) -> [SQLBind] {
        func bind(_ text: String?) -> SQLBind { text.map { .text($0) } ?? .null }
        // Keys are UUIDs, so nothing in them has to be quoted.
        func list(_ keys: [String]) -> SQLBind { .text("{\(keys.joined(separator: ","))}") }
        return [bind(caller.user?.text), bind(caller.role?.text), list(caller.roles.map(\.text)), list(caller.access.policies.map(\.text))]
    }

    private static func value(of column: AttributePlan.Column, _ text: String?) -> AttributeValue {
        guard let text else { return column.isList ? .list([]) : .single(nil) }
        if column.isList {
            let elements = (try? JSONParser.parse(text))?.array ?? []
            return .list(elements.compactMap(\.string).flatMap { flatten($0, column.type) ?? [$0] })
        }
        return flatten(text, column.type).map { .list($0) } ?? .single(text)
    }

    /// A list inside one value: of a `csv` field, or a JSON array.
    private static func flatten(_ text: String, _ type: FieldType) -> [String]? {
        switch type {
        case .csv: text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        case .json: (try? JSONParser.parse(text))?.array.map { $0.compactMap(element) }
        case .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .uuid, .hash, .binary,
            .geometry, .alias, .unknown:
            nil
        }
    }

    private static func element(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .string(let text): text
        case .number(let number): number.text
        case .bool, .array, .object: value.text
        }
    }
}

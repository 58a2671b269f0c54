import AccessControl
import Digests
import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import SQLText
import SchemaModel

/// The item that a version is of, as it stands in a transaction: all fields, relations as keys.
struct MainItem {
    let key: String
    let collection: Collection
    let session: WriteSession

    /// - Throws: `FORBIDDEN` when it isn't there, or somebody may not read it.
    func read(by somebody: Caller) async throws -> JSONObject {
        let body = try await body(by: somebody)
        guard case .object(let answer) = try JSONParser.parse(stored: body.bytes), case .object(let item)? = answer["data"] else {
            throw WireError.forbidden
        }
        return item
    }

    /// Waits for whoever is changing it; from then on it stays as `hash` finds it until the transaction ends.
    func lock() async throws {
        guard let key = KeyText.text(of: .string(key), for: collection) else { return }
        _ = try await session.run(VersionSQL.lockItem(.text(ValueText.array([key])), in: collection), for: collection)
    }

    /// The same for the rows in the item's lists: `hash` covers which these are, and one leaves a list without touching the item. None can come in
    /// while the item is locked: a link to it waits for its row.
    func lockLists(_ fields: [String]) async throws {
        guard let key = KeyText.text(of: .string(key), for: collection) else { return }
        for name in fields {
            guard case .oneToMany(let relation)? = session.snapshot.schema.role(of: FieldName(name), in: collection.name),
                let children = session.snapshot.schema.collection(relation.manyCollection), children.table != nil,
                let link = session.snapshot.schema.field(relation.manyField, of: children.name)
            else { continue }
            let linked = try await session.run(WriteSQL.children(of: key, in: children, by: link), for: children).texts(column: 0)
            if linked.isEmpty { continue }
            _ = try await session.run(VersionSQL.lockItem(.text(ValueText.array(linked)), in: children), for: children)
        }
    }

    /// Forty digits that change when any field of the item does, whoever asks.
    func hash() async throws -> String {
        let body = try await body(by: Caller(principal: .system(reason: "a version's hash covers the whole item"), access: .full))
        return body.withUnsafeBytes { HashFunction.sha1.digest(of: $0) }.hex
    }

    private func body(by somebody: Caller) async throws -> ByteBuffer {
        let snapshot = session.snapshot
        let resolved = try Resolver.resolve(ItemQuery(), on: collection, in: snapshot.schema, limits: QueryLimits())
        let plan = Planner.plan(try Authorizer(snapshot: snapshot, access: somebody.access).authorize(resolved), root: .item)
        let values = DynamicValues(caller: somebody, now: session.values.now)
        let runner = PlanRunner(
            plan: plan,
            inputs: .init(
                keys: try KeyText.bind(key, for: collection), variables: { SlotValue.bind(values.value(of: $0), isArray: $1) }))
        let tree = try await runner.run(in: session.transaction)
        return try AnswerWriter(tree: tree, plan: plan, shape: .item, limit: .max).body(further: [], emptySingleton: { .null })
    }
}

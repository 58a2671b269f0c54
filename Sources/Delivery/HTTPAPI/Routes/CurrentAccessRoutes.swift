import AccessControl
import HTTPServer
import Items
import JSONText
import QueryEngine
import SchemaModel

/// `/permissions/me`, `/policies/me/globals`: what the caller may do, from the same rights that the authoriser uses (contract/items.md, 5.10).
enum CurrentAccessRoutes {
    static func permissions(_ context: RequestContext) async throws -> HTTPResponse {
        guard context.caller.user != nil else { throw WireError.forbidden }
        let rights = CurrentRights(caller: try await context.writingCaller(), context)
        var out = JSONObject()
        for collection in context.snapshot.schema.collections where collection.table != nil {
            if let actions = rights.actions(on: collection.name) { out[collection.name.text] = .object(actions) }
        }
        for name in rights.unknownCollections {
            if let actions = rights.actions(on: name) { out[name.text] = .object(actions) }
        }
        return context.data(.object(out))
    }

    static func itemPermissions(_ context: RequestContext) async throws -> HTTPResponse {
        guard context.caller.user != nil else { throw WireError.forbidden }
        let rights = CurrentRights(caller: try await context.writingCaller(), context)
        var out = JSONObject()
        for action in [PermissionAction.update, .delete, .share] {
            out[action.rawValue] = ["access": .bool(try await rights.allows(action))]
        }
        if let singleton = rights.collection, singleton.meta.singleton, !rights.caller.isAdmin {
            out["update"] = try await rights.update(ofSingleton: singleton)
        }
        return context.data(.object(out))
    }

    static func globals(_ context: RequestContext) -> HTTPResponse {
        guard context.caller.user != nil else { return context.data(["app_access": false]) }
        let access = context.caller.access
        return context.data([
            "app_access": .bool(access.hasAppAccess), "admin_access": .bool(access.isAdmin), "enforce_tfa": .bool(access.enforcesTFA),
        ])
    }
}

/// One caller's rights, as the answers tell them.
private struct CurrentRights {
    /// With the values that presets and rules of every action mention.
    let caller: Caller
    private let context: RequestContext

    init(caller: Caller, _ context: RequestContext) {
        self.caller = caller
        self.context = context
    }

    /// The collection that the path names; nil where there is none of that name.
    var collection: Collection? {
        context.parameters["collection"].flatMap { context.snapshot.schema.collection(CollectionName($0)) }
    }

    /// Collections that permissions name and the schema doesn't: told all the same, like every permission.
    var unknownCollections: [CollectionName] {
        Set(PermissionAction.allCases.flatMap { caller.access.collections(for: $0) })
            .filter { context.snapshot.schema.traits(of: $0)?.hasTable != true }.sorted()
    }

    /// nil when no policy has a row for any action.
    func actions(on collection: CollectionName) -> JSONObject? {
        var actions = JSONObject()
        var isNamed = caller.isAdmin
        for action in PermissionAction.allCases {
            if caller.isAdmin {
                actions[action.rawValue] = ["access": "full", "fields": ["*"]]
            } else if let rights = caller.access.access(to: collection, for: action) {
                actions[action.rawValue] = describe(rights, on: collection)
                isNamed = true
            } else {
                actions[action.rawValue] = ["access": "none"]
            }
        }
        return isNamed ? actions : nil
    }

    private func describe(_ rights: ActionAccess, on collection: CollectionName) -> JSONValue {
        let isPartial = rights.rows.contains(where: \.hasCondition)
        var members = JSONObject([("access", isPartial ? "partial" : "full")])
        if !rights.fields.isEmpty { members["fields"] = fields(rights, on: collection) }
        let presets = self.presets(rights)
        if !presets.isEmpty { members["presets"] = .object(presets) }
        return .object(members)
    }

    /// Clients build forms from it and expect what app access gives of settings by one star; which of them answer is another matter (attack D24).
    private func fields(_ rights: ActionAccess, on collection: CollectionName) -> JSONValue {
        if caller.access.hasAppAccess, context.snapshot.schema.collection(collection)?.has(.settings) == true { return ["*"] }
        return fields(rights)
    }

    private func fields(_ rights: ActionAccess) -> JSONValue {
        rights.fields == .all ? ["*"] : .array(rights.orderedFields.map { .string($0.text) })
    }

    private func presets(_ rights: ActionAccess) -> JSONObject {
        Presets.resolved(rights.rows, values: DynamicValues(caller: caller, now: context.now))
    }

    /// On the item of the path; without a key, whether there is any row for the action.
    func allows(_ action: PermissionAction) async throws -> Bool {
        if caller.isAdmin { return true }
        guard let collection, caller.access.access(to: collection.name, for: action) != nil else { return false }
        guard let key = context.parameters["id"] else { return true }
        return try await context.loop.reader.permits(action, on: collection, key: key, caller: caller, in: context.snapshot, now: context.now)
    }

    /// While a singleton has no row, "update" means "create".
    func update(ofSingleton singleton: Collection) async throws -> JSONValue {
        let isEmpty = try await context.loop.reader.isEmpty(singleton)
        guard let rights = caller.access.access(to: singleton.name, for: isEmpty ? .create : .update) else { return ["access": false] }
        if !isEmpty, !(try await allows(.update)) { return ["access": false] }
        return ["access": true, "fields": fields(rights), "presets": .object(presets(rights))]
    }
}

import AccessControl
import HTTPServer
import Items
import JSONText
import QueryEngine
import SchemaModel

/// `/permissions/me`, `/policies/me/globals`: what the caller may do, from the same rights that the authoriser uses (contract/items.md, 5.10).
enum CurrentAccessRoutes {
    static func permissions(_ context: RequestContext) throws(WireError) -> HTTPResponse {
        guard context.caller.user != nil else { throw .forbidden }
        var out = JSONObject()
        for collection in context.snapshot.schema.collections where collection.table != nil {
            var actions = JSONObject()
            var isNamed = false
            for action in PermissionAction.allCases {
                if context.caller.isAdmin {
                    actions[action.rawValue] = ["access": "full", "fields": ["*"]]
                    isNamed = true
                } else if let rights = context.caller.access.access(to: collection.name, for: action) {
                    actions[action.rawValue] = describe(rights, action, context)
                    isNamed = true
                } else {
                    actions[action.rawValue] = ["access": "none"]
                }
            }
            if isNamed { out[collection.name.text] = .object(actions) }
        }
        return context.data(.object(out))
    }

    private static func describe(_ rights: ActionAccess, _ action: PermissionAction, _ context: RequestContext) -> JSONValue {
        let isFull = rights.cases.contains { $0.rule == nil }
        var members = JSONObject([("access", .string(isFull ? "full" : "partial"))])
        switch rights.fields {
        case .all: members["fields"] = ["*"]
        case .some(let names) where !names.isEmpty: members["fields"] = .array(rights.orderedFields.map { .string($0.text) })
        case .some: break
        }
        let presets = Presets.resolved(rights.rows, values: DynamicValues(caller: context.caller, now: context.now))
        if !presets.isEmpty { members["presets"] = .object(presets) }
        return .object(members)
    }

    static func itemPermissions(_ context: RequestContext) async throws -> HTTPResponse {
        guard context.caller.user != nil else { throw WireError.forbidden }
        var out = JSONObject()
        for action in [PermissionAction.update, .delete, .share] {
            out[action.rawValue] = ["access": .bool(try await allows(action, context))]
        }
        return context.data(.object(out))
    }

    private static func allows(_ action: PermissionAction, _ context: RequestContext) async throws -> Bool {
        if context.caller.isAdmin { return true }
        guard let name = context.parameters["collection"], let collection = context.snapshot.schema.collection(CollectionName(name)),
            context.caller.access.access(to: collection.name, for: action) != nil
        else { return false }
        guard let key = context.parameters["id"] else { return true }
        return try await context.loop.reader.permits(action, on: collection, key: key, caller: context.caller, in: context.snapshot, now: context.now)
    }

    static func globals(_ context: RequestContext) -> HTTPResponse {
        guard context.caller.user != nil else { return context.data(["app_access": false]) }
        let access = context.caller.access
        return context.data([
            "app_access": .bool(access.hasAppAccess), "admin_access": .bool(access.isAdmin), "enforce_tfa": .bool(access.enforcesTFA),
        ])
    }
}

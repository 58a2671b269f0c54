import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Behaviour `roles` (contract/system.md, 5.1).
struct RoleRules: BehaviorRules {
    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await DefinedRows.refuse(.roles, keys, payload, write)
        switch write.action {
        case .create: break
        case .update:
            if payload["parent"] == nil { return }
            try await AdminGuard(write).keepRoles(keys)
            try await write.session.watchAdministrators()
        case .delete:
            try await AdminGuard(write).keepRoles(keys)
            try await AdminGuard(write).keepMembers(ofRoles: keys)
            try await write.session.watchAdministrators()
            _ = try await write.session.transaction.batch(SystemRowsSQL.leaveRoles(keys))
            try await write.session.checkAdministrators()
        }
    }

    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        guard let parent = payload["parent"], !parent.isNull else { return }
        switch try await write.session.transaction.query(SystemRowsSQL.circle(ofRoles: keys)).int(0, 0) {
        case nil: break
        case 1?: throw WireError.invalidPayload("A role cannot be a parent of itself")
        case _?: throw WireError.invalidPayload("A role cannot have a parent that is already a descendant of itself")
        }
        try await AdminGuard(write).keepRoles(keys)
    }
}

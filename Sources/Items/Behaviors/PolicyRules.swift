import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Behaviour `policies` (contract/system.md, 5.2).
struct PolicyRules: BehaviorRules {
    func faults(in payload: JSONObject, _ write: BehaviorWrite) async throws -> [ValidationFailure] {
        guard let addresses = payload["ip_access"], !addresses.isNull else { return [] }
        let entries: [String?]
        switch addresses {
        case .array(let elements): entries = elements.map(\.string)
        case .string(let text): entries = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        case .null, .bool, .number, .object: entries = [nil]
        }
        // A comma inside an entry would become two.
        let isRight = entries.allSatisfy { entry in entry.flatMap { $0.contains(",") ? nil : AddressRule($0) } != nil }
        if !isRight {
            throw WireError.invalidPayload(
                "IP Access contains an incorrect value. Valid values are: IP addresses, IP ranges and CIDR blocks")
        }
        return []
    }

    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await DefinedRows.refuse(.policies, keys, payload, write)
        try await AdminGuard(write).keepPolicies(keys)
        if write.action == .delete || payload["admin_access"] != nil || payload["ip_access"] != nil {
            try await write.session.watchAdministrators()
        }
    }

    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await AdminGuard(write).keepPolicies(keys)
    }
}

/// Behaviour `access`: which policy is attached to which role or user (contract/system.md, 5.3).
struct AccessRowRules: BehaviorRules {
    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await DefinedRows.refuse(.access, keys, payload, write)
        try await AdminGuard(write).keepAttachments(keys)
        try await write.session.watchAdministrators()
    }

    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await AdminGuard(write).keepAttachments(keys)
    }
}

/// Behaviour `permissions` (contract/system.md, 5.4). The rows that lists have besides: `BuiltInRows`.
struct PermissionRules: BehaviorRules {
    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await DefinedRows.refuse(.permissions, keys, payload, write)
        try await AdminGuard(write).keepPermissions(keys)
    }

    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await AdminGuard(write).keepPermissions(keys)
    }
}

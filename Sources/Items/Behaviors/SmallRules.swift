import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Behaviour `presets`: app users make presets of their own. One that says nothing of its user would be everybody's (attack D5;
/// contract/system.md, section 8); another's, or nobody's, is refused by the validation that comes with app access.
struct PresetRules: BehaviorRules {
    func faults(in payload: JSONObject, _ write: BehaviorWrite) async throws -> [ValidationFailure] {
        if write.action == .create, !write.caller.isAdmin, write.caller.access.hasAppAccess, payload["user"] == nil {
            throw WireError.forbidden(action: "create", on: write.collection.name, fields: ["user"])
        }
        return []
    }
}

/// Behaviour `settings` (contract/system.md, section 8).
struct SettingRules: BehaviorRules {
    func faults(in payload: JSONObject, _ write: BehaviorWrite) async throws -> [ValidationFailure] {
        for name in ["license_key", "license_token"] where payload[name] != nil {
            throw WireError.invalidPayload("You can't change the \"\(name)\" value manually")
        }
        if case .string(let policy)? = payload["auth_password_policy"], !policy.isEmpty, JavaScriptPattern(policy) == nil {
            throw WireError.invalidPayload("\"auth_password_policy\" is no regular expression that is supported")
        }
        return []
    }

    /// Whoever registers gets that role: it may not carry admin access unless an administrator says so.
    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        guard let role = payload["public_registration_role"].flatMap({ $0.string }) else { return }
        try await AdminGuard(write).keepRoles([role])
    }
}

/// Behaviour `translations`: one value for a key in a language.
struct TranslationRules: BehaviorRules {
    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        guard payload["key"] != nil || payload["language"] != nil else { return }
        let results = try await write.session.transaction.batch([SystemRowsSQL.lockTranslations, SystemRowsSQL.sharedTranslation(of: keys)])
        if results.last?.rowCount ?? 0 > 0 { throw WireError.invalidPayload("Duplicate key and language combination") }
    }
}

/// Behaviour `files`: where bytes belong to a row (contract/system.md, section 6).
struct FileRules: BehaviorRules {
    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        if write.action == .update, keys.count > 1, payload["filename_disk"] != nil {
            throw WireError.invalidPayload("\"filename_disk\" cannot be modified in bulk operations")
        }
    }

    /// A file's name on disk is one name, no path (attack G1). Bytes are never looked up by it alone.
    func prepare(_ fields: inout JSONObject, _ write: BehaviorWrite) throws {
        guard case .string(let name)? = fields["filename_disk"] else { return }
        let isPath = name == ".." || name.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0 == ":" || $0.value < 0x20 || $0.value == 0x7F }
        if isPath { throw WireError.invalidPayload("\"filename_disk\" has to be a plain file name") }
    }

    func didDelete(_ keys: [String], _ write: BehaviorWrite) async throws { write.session.forgetFiles(keys) }
}

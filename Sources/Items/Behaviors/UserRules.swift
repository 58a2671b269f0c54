import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Behaviour `users` (contract/system.md, section 4).
struct UserRules: BehaviorRules {
    private static let mask = JSONValue.string("**********")

    func faults(in payload: JSONObject, _ write: BehaviorWrite) async throws -> [ValidationFailure] {
        if let secret = payload["tfa_secret"], secret != UserRules.mask, write.action == .update || !secret.isNull {
            throw WireError.invalidPayload("You can't change the \"tfa_secret\" value manually")
        }
        if !write.caller.isAdmin, let name = ["provider", "external_identifier"].first(where: { payload[$0] != nil }) {
            throw WireError.invalidPayload("You can't change the \"\(name)\" value manually")
        }
        var found: [ValidationFailure] = []
        switch payload["email"] {
        case nil, .null?: break
        case .string(let text)? where EmailAddress.isValid(text): break
        case _?: found.append(ValidationFailure(field: "email", kind: .email))
        }
        if let password = payload["password"], !password.isNull, password != UserRules.mask, !write.session.isGivenHash(password),
            !(try await isAdmitted(password, write.session))
        {
            found.append(ValidationFailure(field: "password", kind: .regex, detail: .invalid(password)))
        }
        return found
    }

    /// By the pattern in the settings; one that can't be read admits nothing.
    private func isAdmitted(_ password: JSONValue, _ session: WriteSession) async throws -> Bool {
        guard let policy = try await session.transaction.query(SystemRowsSQL.passwordPolicy).string(0, 0), !policy.isEmpty else { return true }
        guard let text = ValueText.text(password), let pattern = JavaScriptPattern(policy) else { return false }
        return pattern.matches(text)
    }

    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        try await AdminGuard(write).keepUsers(guarded(keys, payload, write))
        switch write.action {
        case .create: break
        case .update: if payload["status"] != nil || payload["role"] != nil { try await write.session.watchAdministrators() }
        case .delete:
            try await write.session.watchAdministrators()
            try await write.session.checkAdministrators(without: keys)
            _ = try await write.session.transaction.batch(SystemRowsSQL.forgetAuthors(keys))
        }
    }

    /// Users may change their own record, also where their admin access does not hold (another address), but for the role.
    private func guarded(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) -> [String] {
        write.action == .update && payload["role"] == nil ? keys.filter { $0 != write.caller.user?.text } : keys
    }

    /// Static tokens are stored as a digest (attack A21). What an identity provider said is nobody's to write.
    func prepare(_ fields: inout JSONObject, _ write: BehaviorWrite) throws {
        if case .string(let token)? = fields["token"], !token.isEmpty, UserRules.mask != .string(token), !token.hasPrefix("sha256:") {
            fields["token"] = .string(write.session.settings.storeToken(token))
        }
        fields["auth_data"] = nil
        if write.action == .update, fields["provider"] != nil || fields["external_identifier"] != nil { fields["auth_data"] = .null }
    }

    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        if payload["email"].map({ !$0.isNull }) ?? false { try await checkAddresses(keys, payload, write) }
        try await AdminGuard(write).keepUsers(guarded(keys, payload, write))
        if write.action == .update { try await endSessions(keys, payload, write) }
    }

    /// Of users who may no longer log in, and of those with another password or address, but for the session that this request belongs to
    /// (contract/system.md, 3.4; attack A23).
    private func endSessions(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        let transaction = write.session.transaction
        if let status = payload["status"], status != "active" {
            _ = try await transaction.query(SystemRowsSQL.endSessions(of: keys, except: nil))
        } else if payload["email"] != nil || payload["password"].map({ $0 != UserRules.mask }) ?? false {
            _ = try await transaction.query(SystemRowsSQL.endSessions(of: keys, except: write.caller.session))
        }
    }

    /// Addresses are unique whatever their letter case. Writers of the same address wait for each other.
    private func checkAddresses(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        let results = try await write.session.transaction.batch([SystemRowsSQL.lockAddresses(of: keys), SystemRowsSQL.sharedAddress(of: keys)])
        guard results.last?.rowCount ?? 0 > 0 else { return }
        throw write.session.fault(write.collection, payload).notUnique("email")
    }
}

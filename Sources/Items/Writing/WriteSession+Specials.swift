import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Values that the server makes or changes itself (contract/items.md, 3.4).
extension WriteSession {
    func applySpecials(_ payload: JSONObject, of collection: Collection, isCreate: Bool) async throws -> JSONObject {
        var out = payload
        for field in collection.fields where !field.meta.special.isEmpty && field.column != nil {
            for special in field.meta.special {
                try await apply(special, field, to: &out, isCreate: isCreate)
            }
        }
        if collection.meta.behaviors.contains("users") { try await applyUserTokens(&out) }
        if collection.meta.behaviors.contains("files") { try checkDiskName(of: out) }
        return out
    }

    private func apply(_ special: String, _ field: Field, to payload: inout JSONObject, isCreate: Bool) async throws {
        let name = field.name.text
        switch special {
        case "uuid" where isCreate:
            let value = payload[name]
            if value == nil || value?.isNull == true || value == .string("") { payload[name] = .string(settings.makeUUID()) }
        case "date-created" where isCreate, "date-updated" where !isCreate: payload[name] = .string(values.now.isoText)
        case "user-created" where isCreate, "user-updated" where !isCreate: payload[name] = caller.user.map { .string($0.text) } ?? .null
        case "role-created" where isCreate, "role-updated" where !isCreate: payload[name] = caller.role.map { .string($0.text) } ?? .null
        case "hash":
            guard let value = payload[name], let text = ValueText.text(value), !text.isEmpty else { return }
            if isMask(value) {
                payload[name] = nil
            } else {
                payload[name] = .string(try await settings.hashPassword(text))
            }
        case "conceal":
            // A mask sent back by a client that had read it is no new value.
            if let value = payload[name], isMask(value) { payload[name] = nil }
        default: return
        }
    }

    private func isMask(_ value: JSONValue) -> Bool { value == .string("**********") }

    /// Static tokens are stored as a digest (attack A21).
    private func applyUserTokens(_ payload: inout JSONObject) async throws {
        guard case .string(let token)? = payload["token"], !token.isEmpty, !token.hasPrefix("sha256:") else { return }
        payload["token"] = .string(settings.storeToken(token))
    }

    /// A file's name on disk is one name, no path (attack G1). Bytes are never looked up by it alone.
    private func checkDiskName(of payload: JSONObject) throws(WireError) {
        guard case .string(let name)? = payload["filename_disk"] else { return }
        let isPath = name == ".." || name.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0 == ":" || $0.value < 0x20 || $0.value == 0x7F }
        if isPath { throw .invalidPayload("\"filename_disk\" has to be a plain file name") }
    }

    func batchFault(_ error: any Error, _ prepared: [PreparedCreate], _ collection: Collection) -> any Error {
        let index = (error as? PostgresError)?.fault?.statementIndex ?? 0
        let payload = index >= 0 && index < prepared.count ? prepared[index].payload : JSONObject()
        return fault(collection, payload).error(error)
    }
}

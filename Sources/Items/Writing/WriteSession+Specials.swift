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
        case "encrypt":
            guard let value = payload[name], let text = ValueText.text(value), !text.isEmpty else { return }
            payload[name] = isMask(value) ? nil : .string(try settings.sealText(text))
        default: return
        }
    }

    private func isMask(_ value: JSONValue) -> Bool { value == .string("**********") }

    func batchFault(_ error: any Error, _ prepared: [PreparedCreate], _ collection: Collection) -> any Error {
        let index = (error as? PostgresError)?.fault?.statementIndex ?? 0
        let payload = index >= 0 && index < prepared.count ? prepared[index].payload : JSONObject()
        return fault(collection, payload).error(error)
    }
}

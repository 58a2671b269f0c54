import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Where dates, authors and hashes come from.
enum Stamps {
    /// Made by the server, whatever the payload says.
    case ofServer
    /// As they are given: rows that come from elsewhere with their past. What is not given is the server's at creation, and stays in an update.
    case ofPayload
}

/// Values that the server makes or changes itself (contract/items.md, 3.4).
extension WriteSession {
    func applySpecials(_ payload: JSONObject, of table: WriteTable, isCreate: Bool) async throws -> JSONObject {
        var out = payload
        for field in table.specialFields {
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
        case "date-created" where isCreate, "date-updated" where !isCreate:
            stamp(.string(values.now.isoText), field, in: &payload, isCreate: isCreate)
        case "user-created" where isCreate, "user-updated" where !isCreate:
            stamp(caller.user.map { .string($0.text) } ?? .null, field, in: &payload, isCreate: isCreate)
        case "role-created" where isCreate, "role-updated" where !isCreate:
            stamp(caller.role.map { .string($0.text) } ?? .null, field, in: &payload, isCreate: isCreate)
        case "hash":
            guard let value = payload[name], let text = ValueText.text(value), !text.isEmpty else { return }
            if isMask(value) {
                payload[name] = nil
            } else if !isGivenHash(value) {
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

    private func stamp(_ value: JSONValue, _ field: Field, in payload: inout JSONObject, isCreate: Bool) {
        switch stamps {
        case .ofServer: payload[field.name.text] = value
        case .ofPayload:
            guard isCreate else { return }
            let given = payload[field.name.text]
            if given == nil || given == .null && field.column?.isNullable == false { payload[field.name.text] = value }
        }
    }

    /// A password that comes as its Argon2 hash, where hashes count as they are.
    func isGivenHash(_ value: JSONValue) -> Bool { stamps == .ofPayload && value.string?.hasPrefix("$argon2") == true }

    private func isMask(_ value: JSONValue) -> Bool { value == .string("**********") }

    func batchFault(_ error: any Error, _ prepared: [PreparedCreate], _ collection: Collection) -> any Error {
        let index = (error as? PostgresError)?.fault?.statementIndex ?? 0
        let payload = index >= 0 && index < prepared.count ? prepared[index].payload : JSONObject()
        return fault(collection, payload).error(error)
    }
}

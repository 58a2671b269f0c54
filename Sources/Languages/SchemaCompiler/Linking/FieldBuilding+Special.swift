import JSONText
import SchemaModel

/// The flags that change what the data API does. Source: contract/items.md, 3.4.
extension FieldBuilding {
    mutating func buildSpecial(_ type: FieldType, _ column: Column?) -> [String] {
        checkAutomation(type)
        guard let said = keys.names(.special) else { return derivedSpecial(type, column) }
        for key in [FieldKey.onCreate, .onUpdate, .conceal] where keys.has(key) {
            contradiction(.special, key, "`special` is the whole list")
        }
        return said.map(\.value)
    }

    private func derivedSpecial(_ type: FieldType, _ column: Column?) -> [String] {
        switch draft.form {
        case .alias:
            let isGroup = keys.text(.interface)?.hasPrefix("group-") == true
            return isGroup ? ["alias", "no-data", "group"] : ["alias", "no-data"]
        case .oneToMany: return ["o2m"]
        case .manyToMany: return [isFiles ? "files" : "m2m"]
        case .manyToAny: return ["m2a"]
        case .translations: return ["translations"]
        case .column, .toOne, .anyToOne: break
        }
        var special = automation
        if draft.form == .toOne, special.isEmpty, !draft.isPointer {
            special.append(surroundings.target?.name == "directus_files" ? "file" : "m2o")
        }
        if draft.form == .column {
            if column?.isPrimaryKey == true, type == .uuid, !special.contains("uuid") { special.append("uuid") }
            special.insert(contentsOf: casts(of: type), at: 0)
        }
        if keys.flag(.conceal) ?? (type == .hash) { special.append("conceal") }
        return special
    }

    private func casts(of type: FieldType) -> [String] {
        switch type {
        case .boolean: ["cast-boolean"]
        case .json: ["cast-json"]
        case .csv: ["cast-csv"]
        case .hash: ["hash"]
        case .geometry: [type.wireName]
        case .string, .text, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .uuid, .binary, .alias, .unknown: []
        }
    }

    /// The flags of `on_create` and `on_update`.
    private var automation: [String] {
        var flags: [String] = []
        switch keys.word(.onCreate) {
        case "now": flags.append("date-created")
        case "user": flags.append("user-created")
        case "role": flags.append("role-created")
        case "uuid": flags.append("uuid")
        default: break
        }
        switch keys.word(.onUpdate) {
        case "now": flags.append("date-updated")
        case "user": flags.append("user-updated")
        case "role": flags.append("role-updated")
        default: break
        }
        return flags
    }

    /// `now` needs a date, the others a UUID.
    private mutating func checkAutomation(_ type: FieldType) {
        for key in [FieldKey.onCreate, .onUpdate] {
            guard let word = keys.word(key), let node = keys[key] else { continue }
            let allowed: [FieldType] = word == "now" ? [.date, .dateTime, .timestamp] : [.uuid]
            if !allowed.contains(type) {
                let words = allowed.map { "`\($0.wireName)`" }.joined(separator: ", ")
                report("wrong-type", "`\(key.rawValue): \(word)` belongs to \(words), not `\(type.wireName)`", at: node.location)
            }
            if keys.has(.generated) { contradiction(.generated, key, "the value is computed") }
        }
    }
}

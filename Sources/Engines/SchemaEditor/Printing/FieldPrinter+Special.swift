import JSONText
import SchemaModel

extension FieldPrinter {
    /// The keys that make special flags (`on_create: now`, `conceal: true`), where they make just these; else the flags themselves.
    func printSpecial(of field: Field, _ shape: FieldShape, into keys: inout FieldEntry) {
        let special = field.meta.special
        var said = keys
        for (flag, key, word) in automation(of: field.type) where special.contains(flag) && field.column != nil {
            if flag != "uuid" || field.column?.isPrimaryKey != true { said[key] = .string(word) }
        }
        if field.column != nil, special.contains("conceal") != (field.type == .hash) { said["conceal"] = .bool(special.contains("conceal")) }
        if derivedSpecial(of: field, shape, said) == special {
            keys = said
        } else if derivedSpecial(of: field, shape, keys) != special {
            keys["special"] = .array(special.map { .string($0) })
        }
    }

    /// Flag, key and word of what the server can write into a field of this type.
    private func automation(of type: FieldType) -> [(flag: String, key: String, word: String)] {
        switch type {
        case .date, .dateTime, .timestamp: [("date-created", "on_create", "now"), ("date-updated", "on_update", "now")]
        case .uuid:
            [
                ("user-created", "on_create", "user"), ("role-created", "on_create", "role"), ("uuid", "on_create", "uuid"),
                ("user-updated", "on_update", "user"), ("role-updated", "on_update", "role"),
            ]
        case .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .time, .json, .csv, .hash, .binary, .geometry, .alias, .unknown:
            []
        }
    }

    /// The flags that the compiler makes of a field's type and keys.
    private func derivedSpecial(of field: Field, _ shape: FieldShape, _ keys: FieldEntry) -> [String] {
        switch shape {
        case .alias: return field.meta.interface?.hasPrefix("group-") == true ? ["alias", "no-data", "group"] : ["alias", "no-data"]
        case .oneToMany: return ["o2m"]
        case .manyToMany(_, let there): return [there.oneCollection == "directus_files" ? "files" : "m2m"]
        case .manyToAny: return ["m2a"]
        case .translations: return ["translations"]
        case .column, .toOne, .anyToOne: break
        }
        var flags = automation(of: field.type).filter { keys[$0.key] == .string($0.word) }.map(\.flag)
        if flags.isEmpty, case .toOne(let relation) = shape { flags.append(relation.oneCollection == "directus_files" ? "file" : "m2o") }
        if shape == .column {
            if field.column?.isPrimaryKey == true, field.type == .uuid, !flags.contains("uuid") { flags.append("uuid") }
            flags.insert(contentsOf: casts(of: field.type), at: 0)
        }
        if keys["conceal"]?.bool ?? (field.type == .hash) { flags.append("conceal") }
        return flags
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
}

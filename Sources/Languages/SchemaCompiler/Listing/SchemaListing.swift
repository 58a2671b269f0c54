import JSONText
package import SchemaModel

/// A model as text for people: one line for each field, relation and permission. Deterministic; for tests and `kerege schema show`.
///
/// - Shape: the admin's collections in order, with the fields that files add to system collections; the server's own parts are left out.
package enum SchemaListing {
    package static func text(_ snapshot: SchemaSnapshot) -> String {
        var lines: [String] = []
        for collection in snapshot.collections {
            let fields = collection.fields.filter { !$0.isSystem || !collection.isSystem }
            if collection.isSystem && fields.isEmpty { continue }
            lines.append(collection.isSystem ? "collection \(collection.name) (system)" : head(of: collection))
            for field in fields { lines.append("  " + line(for: field, of: collection, snapshot)) }
            if collection.isSystem { continue }
            for index in collection.indexes { lines.append("  index " + line(for: index)) }
            for check in collection.checks { lines.append("  check " + (check.name.map { "\($0) " } ?? "") + check.sql) }
        }
        lines += snapshot.relations.filter { !$0.isSystem }.map(line)
        lines += access(snapshot.access)
        return lines.joined(separator: "\n")
    }

    private static func head(of collection: Collection) -> String {
        guard let table = collection.table else { return "folder \(collection.name)" + details(of: collection) }
        var text = "collection \(collection.name)"
        if table != TableName(name: collection.name.text) { text += " table \(table)" }
        text += " key \(collection.primaryKey)"
        if !collection.isManaged { text += " unmanaged" }
        if !collection.hasMeta { text += " without meta" }
        if let old = collection.renamedFrom { text += " renamed from \(old)" }
        return text + details(of: collection)
    }

    private static func details(of collection: Collection) -> String {
        let meta = collection.meta
        var parts: [String] = []
        func add(_ name: String, _ value: String?) { if let value { parts.append("\(name) \(value)") } }
        add("note", meta.note)
        add("icon", meta.icon)
        add("color", meta.color)
        if meta.hidden { parts.append("hidden") }
        if meta.singleton { parts.append("singleton") }
        add("group", meta.group)
        if meta.collapse != "open" { parts.append(meta.collapse) }
        add("menu sort", meta.sort.map(String.init))
        add("display", meta.displayTemplate)
        add("sort", meta.sortField?.text)
        if meta.archiveField != nil || meta.archiveValue != nil {
            parts.append("archive \(meta.archiveField ?? "-") \(meta.archiveValue ?? "-") \(meta.unarchiveValue ?? "-")")
        }
        if meta.versioning { parts.append("versioning") }
        if meta.accountability != .all { parts.append("accountability \(meta.accountability)") }
        add("preview", meta.previewURL)
        add("duplicate", meta.itemDuplicationFields?.text)
        add("translations", meta.translations?.text)
        return parts.isEmpty ? "" : "; " + parts.joined(separator: ", ")
    }

    private static func line(for field: Field, of collection: Collection, _ snapshot: SchemaSnapshot) -> String {
        var text = "\(field.name) \(field.type.wireName)"
        if let column = field.column { text += " " + line(for: column) }
        if let old = field.renamedFrom { text += " renamed from \(old)" }
        if !field.hasMeta { return text + "; without meta" }
        let meta = line(for: field.meta)
        return meta.isEmpty ? text : text + "; " + meta
    }

    private static func line(for column: Column) -> String {
        var text = column.dataType
        if let length = column.maxLength { text += "(\(length))" }
        if let precision = column.precision { text += "(\(precision),\(column.scale ?? 0))" }
        if column.isPrimaryKey { text += " primary" } else if !column.isNullable { text += " not null" }
        if column.hasAutoIncrement { text += " numbered" }
        if column.isUnique { text += " unique" }
        if column.isIndexed { text += " indexed" }
        switch column.default {
        case nil: break
        case .now: text += " default now"
        case .uuid: text += " default uuid"
        case .literal(let value): text += " default \(value.text)"
        case .sql(let sql): text += " default sql \(sql)"
        }
        if let sql = column.generated { text += " generated \(sql)" }
        if let sql = column.using { text += " using \(sql)" }
        if let comment = column.comment { text += " comment \(comment)" }
        return text
    }

    private static func line(for meta: FieldMeta) -> String {
        var parts: [String] = []
        func add(_ name: String, _ value: String?) { if let value { parts.append("\(name) \(value)") } }
        if !meta.special.isEmpty { parts.append("special " + meta.special.joined(separator: "+")) }
        add("interface", meta.interface)
        add("options", meta.options?.text)
        add("display", meta.display)
        add("display options", meta.displayOptions?.text)
        if meta.readonly { parts.append("readonly") }
        if meta.hidden { parts.append("hidden") }
        if meta.required { parts.append("required") }
        if !meta.searchable { parts.append("not searched") }
        add("sort", meta.sort.map(String.init))
        if meta.width != "full" { parts.append("width \(meta.width ?? "-")") }
        add("group", meta.group)
        add("note", meta.note)
        add("validation", meta.validation?.text)
        add("message", meta.validationMessage)
        add("conditions", meta.conditions?.text)
        add("translations", meta.translations?.text)
        return parts.joined(separator: ", ")
    }

    private static func line(for index: Index) -> String {
        var text = index.isUnique ? "unique " : ""
        if let name = index.name { text += "\(name) " }
        text += "(" + index.fields.map(\.text).joined(separator: ", ") + ")"
        if index.method != .btree { text += " using \(index.method.word)" }
        if let condition = index.where { text += " where \(condition)" }
        return text
    }

    private static func line(for relation: Relation) -> String {
        var text = "\(relation.manyCollection).\(relation.manyField) → "
        if let one = relation.oneCollection {
            text += one.text
        } else {
            let allowed = (relation.oneAllowedCollections ?? []).map(\.text).joined(separator: ", ")
            text += "any of \(allowed) by \(relation.oneCollectionField?.text ?? "-")"
        }
        if let alias = relation.oneField { text += " as \(alias)" }
        if let junction = relation.junctionField { text += " beside \(junction)" }
        if let sort = relation.sortField { text += " sorted by \(sort)" }
        if relation.oneDeselectAction == .delete { text += " deselect delete" }
        if let key = relation.foreignKey {
            text += "; \(key.constraintName) (\(key.column)) on delete \(key.onDelete.rawValue.lowercased())"
            if key.onUpdate != .noAction { text += " on update \(key.onUpdate.rawValue.lowercased())" }
        }
        return relation.hasMeta ? text : text + "; without meta"
    }

    private static func access(_ access: AccessDefinitions) -> [String] {
        let keys = Dictionary(access.policies.map { ($0.id, $0.key) }, uniquingKeysWith: { first, _ in first })
        func name(_ id: PolicyID) -> String { keys[id] ?? (id == .public ? "public" : id.text) }
        var lines: [String] = []
        for role in access.roles {
            let parent = access.roles.first { $0.id == role.parent }.map { ", parent \($0.key)" } ?? ""
            let policies = role.policies.isEmpty ? "" : ": " + role.policies.map(name).joined(separator: ", ")
            lines.append("role \(role.key) \(role.id) “\(role.name)” \(role.icon ?? "-")\(parent)\(policies)")
        }
        for policy in access.policies {
            let flags = [(policy.adminAccess, "admin"), (policy.appAccess, "app"), (policy.enforceTFA, "tfa")].filter(\.0).map(\.1)
            let text = "policy \(policy.key) \(policy.id) “\(policy.name)” \(policy.icon ?? "-") " + (flags + policy.ipAccess).joined(separator: " ")
            lines.append(text.last == " " ? String(text.dropLast()) : text)
        }
        for permission in access.permissions {
            var text = "\(name(permission.policy)) may \(permission.action.rawValue) \(permission.collection)"
            text += " (\(permission.fields.joined(separator: ", ")))"
            if let rule = permission.permissions { text += " where \(rule.text)" }
            if let rule = permission.validation { text += " validate \(rule.text)" }
            if let preset = permission.presets { text += " preset \(preset.text)" }
            lines.append(text)
        }
        return lines
    }
}

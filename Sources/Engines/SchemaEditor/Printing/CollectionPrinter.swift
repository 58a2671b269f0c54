import JSONText
import SchemaModel

/// Prints one collection, folder or addition to a system collection as a document.
struct CollectionPrinter {
    var facts: SchemaFacts
    /// The entries of `permissions:`.
    let permissions: [CollectionName: [YAMLTree.Entry]]

    func document(of collection: Collection, _ style: FormStyle) -> String {
        var head: [YAMLTree.Entry] = [.init(collection.table == nil ? "folder" : "collection", .value(.string(collection.name.text)))]
        if let table = collection.table, table.description != collection.name.text {
            head.append(.init("table", .value(.string(table.description))))
        }
        head += CollectionPrinter.meta(of: collection.meta)
        if !collection.hasMeta { head.append(.init("meta", .value(false))) }
        if !collection.isManaged { head.append(.init("managed", .value(false))) }
        if let old = collection.renamedFrom { head.append(.init("renamed_from", .value(.string(old)))) }
        guard collection.table != nil else { return text([head]) }
        if case .plain = style { head.append(.init("form", .value("plain"))) }
        return text([
            head, fields(collection.fields, of: collection.name, style), indexes(collection.indexes), checks(collection.checks),
            permissions(of: collection.name),
        ])
    }

    func document(of addition: SystemAddition, _ style: FormStyle) -> String {
        let head: [YAMLTree.Entry] = [.init("collection", .value(.string(addition.collection.text)))]
        return text([
            head, fields(addition.fields, of: addition.collection, style), indexes(addition.indexes), permissions(of: addition.collection),
        ])
    }

    /// Additions to system collections, permissions alone too.
    var additions: [SystemAddition] {
        let named = facts.schema.additions
        let known = Set(facts.schema.collections.map(\.name) + named.map(\.collection))
        let others = permissions.keys.filter { !known.contains($0) }.sorted()
        return named + others.map { SystemAddition(collection: $0) }
    }

    /// A blank line between the sections.
    private func text(_ sections: [[YAMLTree.Entry]]) -> String {
        sections.filter { !$0.isEmpty }.map { YAMLPrinter.print($0.map(\.escapingVariables)) }.joined(separator: "\n")
    }

    private func fields(_ fields: [Field], of collection: CollectionName, _ style: FormStyle) -> [YAMLTree.Entry] {
        if fields.isEmpty { return [] }
        let printer = FieldPrinter(facts: facts, collection: collection)
        var places: [String?: Int] = [:]
        var entries: [YAMLTree.Entry] = []
        for field in fields {
            if field.hasMeta { places[field.meta.group, default: 0] += 1 }
            let entry = printer.entry(for: field, base: style.base(of: field), place: places[field.meta.group] ?? 0)
            entries.append(.init(field.name.text, .value(entry)))
        }
        return [.init("fields", .lines(entries))]
    }

    private func indexes(_ indexes: [Index]) -> [YAMLTree.Entry] {
        indexes.isEmpty ? [] : [.init("indexes", .list(indexes.map { .value(entry(for: $0)) }))]
    }

    private func entry(for index: Index) -> JSONValue {
        let fields: JSONValue = .array(index.fields.map { .string($0.text) })
        var parts: [(String, JSONValue)] = [("fields", fields)]
        if let name = index.name { parts.append(("name", .string(name))) }
        if let word = CollectionPrinter.word(index.method) { parts.append(("using", .string(word))) }
        if index.isUnique { parts.append(("unique", true)) }
        if let condition = index.where { parts.append(("where", .string(condition))) }
        return parts.count == 1 ? fields : .object(JSONObject(parts))
    }

    /// nil for the default.
    private static func word(_ method: Index.Method) -> String? {
        switch method {
        case .btree: nil
        case .hash: "hash"
        case .gin: "gin"
        case .gist: "gist"
        case .brin: "brin"
        case .ginTrigram: "gin_trgm"
        }
    }

    private func checks(_ checks: [Check]) -> [YAMLTree.Entry] {
        if checks.isEmpty { return [] }
        let entries: [YAMLTree] = checks.map { check in
            guard let name = check.name else { return .value(.string(check.sql)) }
            return .value(.object(JSONObject([("name", .string(name)), ("sql", .string(check.sql))])))
        }
        return [.init("checks", .list(entries))]
    }

    private func permissions(of collection: CollectionName) -> [YAMLTree.Entry] {
        guard let entries = permissions[collection], !entries.isEmpty else { return [] }
        return [.init("permissions", .lines(entries))]
    }
}

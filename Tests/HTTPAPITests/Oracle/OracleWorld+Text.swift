/// The world in the product's languages: definition files, and SQL for the rows.
extension OracleWorld {
    var yaml: String { collections.map(\.yaml).joined(separator: "\n---\n") }

    /// Foreign keys are not looked at while the rows go in: they point at each other.
    var insertions: String {
        "SET session_replication_role = replica;\n" + collections.map(\.insertion).joined() + "SET session_replication_role = origin;"
    }
}

extension OracleCollection {
    fileprivate var yaml: String {
        let head = "collection: \(name)\n" + (sort.map { "sort: \($0)\n" } ?? "") + "fields:\n"
        return head
            + fields.map { field in
                "  \"\(field.name)\": \(field.name == key ? keyText : field.yaml)"
            }.joined(separator: "\n")
    }

    private var keyText: String {
        switch keyField.kind {
        case .integer, .bigInteger: "{ type: \(keyField.kind.word), auto_increment: false, primary: true }"
        default: "{ type: \(keyField.kind.word), primary: true }"
        }
    }

    fileprivate var insertion: String {
        let columns = fields.filter { !$0.isList }
        guard !rows.isEmpty else { return "" }
        let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
        let lines = rows.map { row in "(" + columns.map { OracleValues.literal(row[$0.name]) }.joined(separator: ", ") + ")" }
        return "INSERT INTO \"\(name)\" (\(names)) VALUES\n\(lines.joined(separator: ",\n"));\n"
    }
}

extension OracleField {
    fileprivate var yaml: String {
        switch relation {
        case nil: isConcealed ? "{ type: \(kind.word), conceal: true }" : kind.word
        case .manyToOne(let target): "{ to: \(target), on_delete: no action }"
        case .list(let target, let by, let sort): "{ many: \(target).\(by)\(sort.map { ", sort: \"\($0)\"" } ?? "") }"
        case .any(let targets, let selector): "{ any: [\(targets.joined(separator: ", "))], collection_field: \(selector) }"
        }
    }
}

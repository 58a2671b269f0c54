import Digests
import JSONText
import SQLText
import SchemaModel

extension DatabaseModel {
    /// Lower-case hex of the SHA-256 of the model's canonical text. Two databases with equal fingerprints have the same structure.
    ///
    /// What does not count: the order of columns, the names of sequences, the schema an extension stands in.
    package var fingerprint: String { HashFunction.sha256.digest(of: canonicalText).hex }

    /// One JSON object a line, sorted: what the fingerprint is made of, and what two models can be compared by eye with.
    package var canonicalText: String {
        var lines = extensions.keys.map { line("extension", [.string($0.name)]) }
        for (name, kind) in occupied { lines.append(line("occupied", [.string(name.name), .string(kind)])) }
        for table in tables.values { table.appendLines(to: &lines) }
        return lines.sorted().joined(separator: "\n")
    }
}

private func line(_ kind: String, _ values: [JSONValue]) -> String { JSONValue.array([.string(kind)] + values).text }

extension TableModel {
    fileprivate func appendLines(to lines: inout [String]) {
        let table = JSONValue.string(name.name)
        lines.append(line("table", [table, comment.map { .string($0) } ?? .null]))
        for column in columns { lines.append(line("column", [table] + column.canonical)) }
        if let primaryKey { lines.append(line("primary", [table] + primaryKey.canonical)) }
        for key in uniques { lines.append(line("unique", [table] + key.canonical)) }
        for key in foreignKeys { lines.append(line("foreign", [table] + key.canonical)) }
        for check in checks { lines.append(line("check", [table, .string(check.name.name), .string(check.expression.text), .bool(check.isValid)])) }
        for index in indexes { lines.append(line("index", [table] + index.canonical)) }
    }
}

extension ColumnModel {
    fileprivate var canonical: [JSONValue] {
        [
            .string(name.name), .string(type.text), .bool(isNullable), `default`?.canonical ?? .null, generated.map { .string($0.text) } ?? .null,
            comment.map { .string($0) } ?? .null,
        ]
    }
}

extension DefaultModel {
    fileprivate var canonical: JSONValue {
        switch self {
        case .sequence: ["sequence"]
        case .identity(let always): ["identity", .bool(always)]
        case .expression(let expression): .string(expression.text)
        }
    }
}

extension KeyModel {
    fileprivate var canonical: [JSONValue] { [.string(name.name), .array(columns.map { .string($0.name) })] }
}

extension ForeignKeyModel {
    fileprivate var canonical: [JSONValue] {
        [
            .string(name.name), .array(columns.map { .string($0.name) }), targetSchema.map { .string($0.name) } ?? .null, .string(target.name),
            .array(targetColumns.map { .string($0.name) }), .string(onDelete.rawValue), .string(onUpdate.rawValue), .bool(isValid),
            .bool(isDeferrable),
        ]
    }
}

extension IndexModel {
    fileprivate var canonical: [JSONValue] {
        [
            .string(name.name), .string(method.name), .array(keys.map(\.canonical)), .array(included.map { .string($0.name) }), .bool(isUnique),
            predicate.map { .string($0.text) } ?? .null, .bool(isValid),
        ]
    }
}

extension IndexKey {
    fileprivate var canonical: JSONValue {
        let what: JSONValue =
            switch subject {
            case .column(let name): .string(name.name)
            case .expression(let text): [.string(text)]
            }
        return [what, operatorClass.map { .string($0.name) } ?? .null, .bool(isDescending), .bool(nullsFirst)]
    }
}

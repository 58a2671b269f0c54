/// The tables of keys in `docs/schema-language.md`.
extension SchemaLanguage {
    /// Markdown: one section for each kind of mapping.
    package static func keyReference() -> String {
        var sections: [String] = []
        sections.append(section("Collection", CollectionKey.keyTable))
        sections.append(section("Folder", FolderKey.keyTable))
        for group in fieldGroups { sections.append(section(group.title, KeyTable("a field", group.keys))) }
        sections.append(section("`foreign_key`", ForeignKeyKey.keyTable))
        sections.append(section("An entry of `choices`", ChoiceKey.keyTable))
        sections.append(section("`archive`", ArchiveKey.keyTable))
        sections.append(section("An entry of `indexes`", IndexKey.keyTable))
        sections.append(section("An entry of `checks`", CheckKey.keyTable))
        sections.append(section("A policy in `permissions`", ActionKey.keyTable))
        sections.append(section("A permission", KeyTable("a rule", RuleKey.allCases)))
        sections.append(section("Role", RoleKey.keyTable))
        sections.append(section("Policy", PolicyKey.keyTable))
        return sections.joined(separator: "\n")
    }

    private struct FieldGroup {
        var title: String
        var keys: [FieldKey]
    }

    private static let fieldGroups: [FieldGroup] = [
        FieldGroup(
            title: "Field: the column",
            keys: [
                .type, .primary, .autoIncrement, .required, .nullable, .unique, .index, .default, .length, .precision, .scale, .jsonb, .column,
                .generated, .using, .comment, .renamedFrom,
            ]),
        FieldGroup(title: "Field: values", keys: [.choices, .validate, .message, .onCreate, .onUpdate, .conceal, .search]),
        FieldGroup(
            title: "Field: relations",
            keys: [
                .to, .many, .any, .translate, .languages, .through, .by, .here, .there, .collectionField, .sort, .onDelete, .onDeselect,
                .foreignKey,
            ]),
        FieldGroup(
            title: "Field: the form",
            keys: [
                .note, .readonly, .hidden, .interface, .options, .display, .displayOptions, .width, .group, .conditions, .translations,
            ]),
        FieldGroup(
            title: "Field: what only an import needs",
            keys: [.formRequired, .formSort, .special, .oneField, .junctionField, .sortField, .relationMeta, .meta]),
    ]

    private static func section(_ title: String, _ table: KeyTable) -> String {
        var lines = ["### \(title)", "", "| key | takes | meaning | default |", "|---|---|---|---|"]
        for row in table.rows {
            let cells = ["`\(row.name)`", row.spec.shape.allowed, row.spec.doc, row.spec.fallback ?? ""]
            lines.append("| " + cells.map(escaped).joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String { text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
}

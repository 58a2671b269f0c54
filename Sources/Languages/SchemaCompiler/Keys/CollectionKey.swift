/// The keys of a document that defines a collection.
enum CollectionKey: String, LanguageKey {
    case collection, table, note, icon, color, hidden, group, collapse, display, singleton, sort, archive, versioning, accountability, duplicate
    case previewURL = "preview_url"
    case translations, fields, indexes, checks, permissions
    case renamedFrom = "renamed_from"
    case managed
    case menuSort = "menu_sort"
    case form, meta
    /// In the program's own files alone.
    case behaviors

    static let byWord = index()
    /// What an admin's file may say.
    static let keyTable = KeyTable(
        "a collection", allCases.filter { $0 != .behaviors },
        misplaced: [
            "primary": "say `primary: true` on the field", "relations": "a relation is written on a field: `author: { to: authors }`",
            "policies": "policies stand in a document of their own", "roles": "roles stand in a document of their own",
            "unique": "say `unique: true` on the field, or on an entry of `indexes`",
        ])
    /// The program's own collections.
    static let systemTable = KeyTable("a system collection", allCases)
    /// An admin's file about a system collection.
    static let extensionTable = KeyTable(
        "an addition to a system collection", [Self.collection, .fields, .indexes, .permissions],
        misplaced: Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, "a file may add to a system collection, not change it") }))

    var spec: KeySpec {
        switch self {
        case .collection: KeySpec(.name, "Name of the table and of the endpoint.", default: "required")
        case .table:
            KeySpec(
                .name, "The table's name where it must differ, or `schema.table` for an existing table elsewhere.", default: "the name")
        case .note: KeySpec(.text, "Shown to editors beside the name.")
        case .icon: KeySpec(.text, "Name of a Material icon.")
        case .color: KeySpec(.text, "Colour of the icon, `#6644FF`.")
        case .hidden: KeySpec(.flag, "Left out of the studio's menu.", default: "false")
        case .group: KeySpec(.name, "The folder or collection that it stands under in the studio's menu.")
        case .collapse: KeySpec(.word(["open", "closed", "locked"]), "How its group shows it at first.", default: "open")
        case .display: KeySpec(.text, "Template that stands for an item: `{{title}} – {{author.name}}`.")
        case .singleton: KeySpec(.flag, "One row, served as an object.", default: "false")
        case .sort: KeySpec(.name, "The field that keeps the manual order; lists are sorted by it.")
        case .archive: KeySpec(.keys(ArchiveKey.keyTable), "How an item is archived instead of deleted.")
        case .versioning: KeySpec(.flag, "Content versions.", default: "false")
        case .accountability:
            KeySpec(
                .nullable(.word(["all", "activity", "none"])), "What is recorded of changes: activity and revisions, activity alone, nothing.",
                default: "all")
        case .duplicate: KeySpec(.list(.text), "Fields that “duplicate” copies, with dotted paths into relations.")
        case .previewURL: KeySpec(.text, "Template of the address that shows an item.")
        case .translations: KeySpec(.list(.object), "The name in other languages: `{ language, translation, singular, plural }`.")
        case .fields: KeySpec(.named("field", FieldKey.shape), "The fields, in the order of form and API.", default: "required, but for a singleton")
        case .indexes: KeySpec(.list(IndexKey.shape), "Indexes over several fields, partial ones, other methods.")
        case .checks: KeySpec(.list(CheckKey.shape), "CHECK constraints in SQL.")
        case .permissions: KeySpec(.named("policy", .keys(ActionKey.keyTable)), "Policy → action → rule.")
        case .renamedFrom: KeySpec(.name, "The old name: the table is renamed, not dropped and made anew.")
        case .managed: KeySpec(.flag, "`false`: serve an existing table and never alter it.", default: "true")
        case .menuSort: KeySpec(.integer(-1_000_000...1_000_000), "Place among its neighbours in the studio's menu.")
        case .form:
            KeySpec(
                .word(["derived", "plain"]),
                "`derived`: fields get interface, width and so on from type and keys; `plain`: only what is written.", default: "derived")
        case .meta: KeySpec(.flag, "`false`: a table without a row in `directus_collections`.", default: "true")
        case .behaviors: KeySpec(.list(.name), "Behaviours of the engine.")
        }
    }
}

/// The keys of a folder.
enum FolderKey: String, LanguageKey {
    case folder, note, icon, color, hidden, group, collapse, translations
    case menuSort = "menu_sort"
    case accountability, display
    case previewURL = "preview_url"
    case singleton, sort, archive, versioning, duplicate

    static let byWord = index()
    static let keyTable = KeyTable("a folder", allCases, misplaced: ["fields": "a folder has no table; write `collection:` instead of `folder:`"])

    var spec: KeySpec {
        switch self {
        case .folder: KeySpec(.name, "Its name; collections say `group: <name>`.", default: "required")
        case .note, .icon, .color, .hidden, .group, .collapse, .translations, .menuSort, .accountability, .display, .previewURL, .singleton,
            .sort, .archive, .versioning, .duplicate:
            CollectionKey(rawValue: rawValue)?.spec ?? KeySpec(.json, "")
        }
    }
}

/// `archive: { field: status, value: archived, restore: draft }`
enum ArchiveKey: String, LanguageKey {
    case field, value, restore, filter

    static let byWord = index()
    static let keyTable = KeyTable("the archive rule", allCases)

    var spec: KeySpec {
        switch self {
        case .field: KeySpec(.name, "The field that says whether an item is archived.")
        case .value: KeySpec(.scalar, "Its value on archived items.")
        case .restore: KeySpec(.scalar, "Its value after “unarchive”.")
        case .filter: KeySpec(.flag, "Whether the studio offers the filter.", default: "true")
        }
    }
}

/// An entry of `indexes`: a list of fields, or these keys.
enum IndexKey: String, LanguageKey {
    case fields, using, unique, `where`, name

    static let byWord = index()
    static let keyTable = KeyTable("an index", allCases)
    static let shape = Shape.either([.list(.name), .keys(keyTable)])

    var spec: KeySpec {
        switch self {
        case .fields: KeySpec(.list(.name), "The fields, in order.", default: "required")
        case .using:
            KeySpec(
                .word(["btree", "hash", "gin", "gist", "brin", "gin_trgm"]), "Access method; `gin_trgm` speeds up `_contains`.", default: "btree")
        case .unique: KeySpec(.flag, "No two rows have the same values.", default: "false")
        case .where: KeySpec(.text, "SQL condition: only such rows are in the index.")
        case .name: KeySpec(.name, "The index's name in the database.", default: "derived")
        }
    }
}

/// An entry of `checks`: SQL, or these keys.
enum CheckKey: String, LanguageKey {
    case sql, name

    static let byWord = index()
    static let keyTable = KeyTable("a check", allCases)
    static let shape = Shape.either([.text, .keys(keyTable)])

    var spec: KeySpec {
        switch self {
        case .sql: KeySpec(.text, "The condition that every row meets.", default: "required")
        case .name: KeySpec(.name, "The constraint's name in the database.", default: "derived")
        }
    }
}

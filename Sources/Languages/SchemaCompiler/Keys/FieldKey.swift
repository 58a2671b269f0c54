/// The keys of a field.
enum FieldKey: String, LanguageKey {
    case type
    // relations
    case to, many, any, translate, through, by, here, there, languages, sort
    case collectionField = "collection_field"
    case onDelete = "on_delete"
    case onDeselect = "on_deselect"
    case foreignKey = "foreign_key"
    // the column
    case primary
    case autoIncrement = "auto_increment"
    case required, nullable, unique, index, `default`, length, precision, scale, jsonb, column, generated, using, comment
    case renamedFrom = "renamed_from"
    // values
    case choices, validate, message
    case onCreate = "on_create"
    case onUpdate = "on_update"
    case conceal, search
    // the form
    case note, readonly, hidden, interface, options, display
    case displayOptions = "display_options"
    case width, group, conditions, translations
    // what only an import needs
    case formRequired = "form_required"
    case formSort = "form_sort"
    case special
    case oneField = "one_field"
    case junctionField = "junction_field"
    case sortField = "sort_field"
    case relationMeta = "relation_meta"
    case meta

    static let byWord = index()
    static let keyTable = KeyTable(
        "a field", allCases,
        misplaced: [
            "name": "a field's name is the key in front of it", "sql": "say `generated: { sql: … }` or `default: { sql: … }`",
            "field": "a field's name is the key in front of it", "max_length": "here it is called `length`",
            "is_nullable": "here it is called `nullable`", "is_unique": "here it is called `unique`",
            "is_indexed": "here it is called `index`", "default_value": "here it is called `default`",
            "related_collection": "here it is called `to`", "validation": "here it is called `validate`",
            "validation_message": "here it is called `message`", "on_update_action": "say `foreign_key: { on_update: … }`",
        ])
    static let shape = Shape.either([.fieldType, .keys(keyTable)])

    /// Most characters of a `varchar`.
    static let lengths = 1...10_485_760
    static let deleteActions = ["set null", "cascade", "restrict", "no action", "set default"]
}

extension FieldKey {
    var spec: KeySpec {
        switch self {
        case .type: KeySpec(.fieldType, "The type of its values; relations have the type of what they point at.")
        case .to: KeySpec(.name, "Many-to-one: the collection whose key the field holds; `self` for a tree.")
        case .many:
            KeySpec(.name, "One-to-many: `comments.post`, the field there that points here. With `through`: many-to-many, the collection.")
        case .any: KeySpec(.list(.name), "Many-to-any: the collections that may stand here.")
        case .translate: KeySpec(.list(.name), "Translations: the fields that move to the translations table.")
        case .through: KeySpec(.name, "The junction; it is made unless a file of its own defines it.")
        case .by: KeySpec(.name, "One-to-many: the field there; it is made where it does not exist.")
        case .here: KeySpec(.name, "The junction's field that points here.", default: "`<collection>_<key>`")
        case .there: KeySpec(.name, "The junction's field that points there.", default: "`<collection>_<key>`, `item`")
        case .languages: KeySpec(.name, "Translations: the collection of languages.", default: "languages")
        case .sort: KeySpec(.name, "The field, there or in the junction, that keeps the order of the list.")
        case .collectionField: KeySpec(.name, "Many-to-any: the column that holds the collection's name.", default: "collection")
        case .onDelete:
            KeySpec(
                .word(FieldKey.deleteActions), "What the database does when the related item is deleted.",
                default: "`set null`; `no action` where the column can't be empty; `cascade` in a junction that is made")
        case .onDeselect:
            KeySpec(
                .word(["nullify", "delete"]), "What happens to an item that is taken out of the list.",
                default: "`nullify`; `delete` in a junction that is made")
        case .foreignKey: KeySpec(.either([.flag, .keys(ForeignKeyKey.keyTable)]), "`false`: the database does not enforce the relation.")
        case .primary: KeySpec(.flag, "The primary key.", default: "`true` for a field called `id` where no other says it")
        case .autoIncrement: KeySpec(.flag, "The database numbers the items.", default: "`true` for an `integer` or `bigInteger` key")
        case .required: KeySpec(.flag, "Refused by the API when empty; the column is NOT NULL.", default: "false")
        case .nullable: KeySpec(.flag, "Whether the column may be empty.", default: "`true` unless `primary` or `required`")
        case .unique: KeySpec(.flag, "No two items have the same value.", default: "false")
        case .index: KeySpec(.flag, "An index on the column.", default: "false")
        case .default:
            KeySpec(.json, "A literal, `now`, `uuid`, or `{ sql: … }` (and `{ json: … }` for a `json` value that would read like one of these).")
        case .length: KeySpec(.nullable(.integer(FieldKey.lengths)), "Most characters of a `string`; `null`: no limit.", default: "255")
        case .precision: KeySpec(.integer(1...1000), "Digits of a `decimal`.", default: "10")
        case .scale: KeySpec(.integer(0...1000), "Digits of a `decimal` behind the point.", default: "5, or 0 with `precision` alone")
        case .jsonb: KeySpec(.flag, "A `json` field is stored as `jsonb`.", default: "false")
        case .column: KeySpec(.text, "The column's PostgreSQL type where it is not the usual one: `smallint`, `char(3)`, `text[]`.")
        case .generated: KeySpec(.keys(SQLKey.keyTable), "A stored generated column.")
        case .using: KeySpec(.either([.text, .keys(SQLKey.keyTable)]), "SQL that converts the values when the column's type changes.")
        case .comment: KeySpec(.text, "The column's SQL comment.")
        case .renamedFrom: KeySpec(.name, "The old name: the column is renamed, not dropped and made anew.")
        case .choices: KeySpec(.list(.either([.scalar, .keys(ChoiceKey.keyTable)])), "The values that are allowed; others are refused.")
        case .validate: KeySpec(.filter, "A rule on the value (`{ _regex: … }`), or a whole filter on the item.")
        case .message: KeySpec(.text, "What the form shows where `validate` or `choices` refuses; answers of the API have their own texts.")
        case .onCreate: KeySpec(.word(["now", "user", "role", "uuid"]), "What the server writes when an item is created.")
        case .onUpdate: KeySpec(.word(["now", "user", "role"]), "What the server writes when an item is changed.")
        case .conceal: KeySpec(.flag, "Never shown; the API answers `**********`.", default: "`true` for `hash`")
        case .search: KeySpec(.flag, "Whether `?search=` looks at it.", default: "true")
        case .note: KeySpec(.text, "Shown under the field.")
        case .readonly: KeySpec(.flag, "Not editable in the form.", default: "`true` for made keys, `on_create`, `on_update`")
        case .hidden: KeySpec(.flag, "Not in the form.", default: "`true` for made keys, `on_create`, `on_update`, the manual order")
        case .interface: KeySpec(.nullable(.text), "The form's control.", default: "by type")
        case .options: KeySpec(.nullable(.object), "Options of the control; `choices` here are offered, not enforced.")
        case .display: KeySpec(.nullable(.text), "How lists show the value.", default: "by keys")
        case .displayOptions: KeySpec(.nullable(.object), "Options of the display.")
        case .width:
            KeySpec(.nullable(.word(["half", "half-left", "half-right", "full", "fill"])), "Width in the form.", default: "full")
        case .group: KeySpec(.name, "The group field that it stands in.")
        case .conditions: KeySpec(.list(.object), "Rules that change the form.")
        case .translations: KeySpec(.list(.object), "The field's name in other languages: `{ language, translation }`.")
        case .formRequired: KeySpec(.flag, "The form asks for a value; the API does not enforce it.", default: "as `required`")
        case .formSort: KeySpec(.nullable(.integer(-1_000_000...1_000_000)), "Place in the form.", default: "the order of the file, by group")
        case .special: KeySpec(.list(.text), "The list of Directus flags, instead of the derived one.", default: "derived")
        case .oneField: KeySpec(.name, "The alias of a relation that has none in a file.")
        case .junctionField: KeySpec(.name, "The other field of a junction that no relation above uses.")
        case .sortField: KeySpec(.name, "The field of the list's order where no alias says `sort`.")
        case .relationMeta: KeySpec(.flag, "`false`: a foreign key without a row in `directus_relations`.", default: "true")
        case .meta: KeySpec(.flag, "`false`: a column without a row in `directus_fields`.", default: "true")
        }
    }
}

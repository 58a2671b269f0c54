import SchemaModel

/// What the documents say, before anything is known of other documents.
struct Declarations: Sendable {
    var collections: [CollectionDeclaration] = []
    var roles: [RoleDeclaration] = []
    var policies: [PolicyDeclaration] = []
    /// Words of documents that could not be read: nothing that is called so is missing.
    var unreadableNames: Set<String> = []
}

struct CollectionDeclaration: Sendable {
    enum Kind: Sendable {
        case collection, folder
        /// Ships with the program.
        case system
        /// An admin's additions to a system collection.
        case addition
    }
    var kind: Kind
    var name: Located<String>
    var keys: KeyedNode<CollectionKey>
    var fields: [FieldDeclaration]
    /// Fields of which nothing can be made: a diagnostic says why, so no other needs to miss them.
    var unreadableFields: Set<String> = []
    var permissions: [PermissionDeclaration]
}

struct FieldDeclaration: Sendable {
    var name: Located<String>
    var form: FieldForm
    /// Of `type`, or of the short form; nil where a relation says it.
    var type: Located<TypeWord>?
    var keys: KeyedNode<FieldKey>
}

struct PermissionDeclaration: Sendable {
    var policy: Located<String>
    var action: PermissionAction
    /// nil: `all`.
    var rule: KeyedNode<RuleKey>?
    var location: SourceLocation
}

struct RoleDeclaration: Sendable {
    var key: Located<String>
    var keys: KeyedNode<RoleKey>
}

struct PolicyDeclaration: Sendable {
    var key: Located<String>
    var keys: KeyedNode<PolicyKey>
}

/// What a field is, told by the keys it has.
enum FieldForm: String, Sendable, CaseIterable {
    case column = "a column"
    /// No column, no relation: groups, presentation.
    case alias = "an alias"
    case toOne = "a many-to-one relation"
    /// A column that holds the key of an item of one of several collections.
    case anyToOne = "a many-to-any column"
    case oneToMany = "a one-to-many relation"
    case manyToMany = "a many-to-many relation"
    case manyToAny = "a many-to-any relation"
    case translations = "translations"

    var hasColumn: Bool {
        switch self {
        case .column, .toOne, .anyToOne: true
        case .alias, .oneToMany, .manyToMany, .manyToAny, .translations: false
        }
    }

    /// Without a role in the model, such a field has a fault that is reported elsewhere.
    var isRelation: Bool {
        switch self {
        case .column, .alias: false
        case .toOne, .anyToOne, .oneToMany, .manyToMany, .manyToAny, .translations: true
        }
    }

    /// Whether a field of this form may have the key.
    func allows(_ key: FieldKey) -> Bool {
        switch key {
        case .type, .note, .readonly, .hidden, .interface, .options, .display, .displayOptions, .width, .group, .conditions, .translations,
            .formRequired, .formSort, .special, .meta, .validate, .message, .search:
            true
        case .primary, .autoIncrement, .required, .nullable, .unique, .index, .default, .length, .precision, .scale, .jsonb, .column, .generated,
            .using, .comment, .renamedFrom, .choices, .onCreate, .onUpdate, .conceal:
            hasColumn
        case .to: self == .toOne
        case .many: self == .oneToMany || self == .manyToMany
        case .any: self == .manyToAny || self == .anyToOne
        case .translate, .languages: self == .translations
        case .through, .here, .there: self == .manyToMany || self == .manyToAny || self == .translations
        case .by: self == .oneToMany
        case .sort: self == .oneToMany || self == .manyToMany || self == .manyToAny
        case .collectionField: self == .manyToAny || self == .anyToOne
        case .onDelete: self != .column && self != .alias && self != .anyToOne
        case .onDeselect: self != .column && self != .alias
        case .foreignKey: self == .toOne || self == .oneToMany
        case .oneField, .junctionField, .sortField, .relationMeta: self == .toOne || self == .anyToOne
        }
    }

    /// The forms that may have the key, for messages and documentation.
    static func allowing(_ key: FieldKey) -> [FieldForm] { allCases.filter { $0.allows(key) } }
}

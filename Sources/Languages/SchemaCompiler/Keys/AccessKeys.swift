import SchemaModel

/// The keys of an access document.
enum AccessKey: String, LanguageKey {
    case roles, policies

    static let byWord = index()
    static let keyTable = KeyTable("an access document", allCases, misplaced: ["permissions": "permissions stand with the collection"])

    var spec: KeySpec {
        switch self {
        case .roles: KeySpec(.named("role", .nullable(.keys(RoleKey.keyTable))), "The roles, by key.")
        case .policies:
            KeySpec(.named("policy", .nullable(.keys(PolicyKey.keyTable))), "The policies, by key; `public` is that of callers without a token.")
        }
    }
}

enum RoleKey: String, LanguageKey {
    case id, name, icon, description, parent, policies

    static let byWord = index()
    static let keyTable = KeyTable("a role", allCases)

    var spec: KeySpec {
        switch self {
        case .id: KeySpec(.text, "Its UUID.", default: "made of the key")
        case .name: KeySpec(.text, "What people read.", default: "the key, as words")
        case .icon: KeySpec(.text, "Name of a Material icon.", default: "supervised_user_circle")
        case .description: KeySpec(.text, "What it is for.")
        case .parent: KeySpec(.name, "The role whose policies it inherits.")
        case .policies: KeySpec(.list(.name), "Its policies, by key.")
        }
    }
}

enum PolicyKey: String, LanguageKey {
    case id, name, icon, description, app, admin, ip
    case enforceTFA = "enforce_tfa"

    static let byWord = index()
    private static let elsewhere = "what a policy may do stands with each collection: `permissions: { <policy>: { read: all } }`"
    static let keyTable = KeyTable(
        "a policy", allCases,
        misplaced: ["all": elsewhere, "read": elsewhere, "create": elsewhere, "update": elsewhere, "delete": elsewhere, "permissions": elsewhere])

    var spec: KeySpec {
        switch self {
        case .id: KeySpec(.text, "Its UUID.", default: "made of the key")
        case .name: KeySpec(.text, "What people read.", default: "the key, as words")
        case .icon: KeySpec(.text, "Name of a Material icon.", default: "badge")
        case .description: KeySpec(.text, "What it is for.")
        case .app: KeySpec(.flag, "Its holders may use the studio.", default: "false")
        case .admin: KeySpec(.flag, "Its holders may do everything.", default: "false")
        case .ip: KeySpec(.list(.text), "Addresses, networks (`10.0.0.0/8`) or ranges (`a-b`) it is limited to.")
        case .enforceTFA: KeySpec(.flag, "Its holders must use a second factor.", default: "false")
        }
    }
}

/// What a policy may do with a collection.
enum ActionKey: String, LanguageKey {
    case create, read, update, delete, share

    static let byWord = index()
    static let keyTable = KeyTable(
        "a set of permissions", allCases, misplaced: ["all": "name each action: `{ create: all, read: all, update: all, delete: all }`"])

    var action: PermissionAction {
        switch self {
        case .create: .create
        case .read: .read
        case .update: .update
        case .delete: .delete
        case .share: .share
        }
    }

    var rules: [RuleKey] {
        switch self {
        case .create: [.fields, .validate, .preset]
        case .read: [.fields, .where]
        case .update: [.fields, .where, .validate, .preset]
        case .delete, .share: [.where]
        }
    }

    var spec: KeySpec {
        let reasons = [
            "where": "no item is there yet: limit what may be created with `validate`", "validate": "nothing is written by `\(rawValue)`",
            "preset": "nothing is written by `\(rawValue)`", "fields": "`\(rawValue)` is about whole items",
            "permissions": "here it is called `where`", "validation": "here it is called `validate`", "presets": "here it is called `preset`",
        ]
        let table = KeyTable("a rule for `\(rawValue)`", rules, misplaced: reasons)
        let doc =
            switch self {
            case .create: "Which fields a new item may have, and with what values."
            case .read: "Which fields of which items are shown."
            case .update: "Which fields of which items may be changed, and to what."
            case .delete: "Which items may be deleted."
            case .share: "Which items may be shared."
            }
        return KeySpec(.either([.word(["all"]), .keys(table)]), doc)
    }
}

/// What one permission says.
enum RuleKey: String, LanguageKey {
    case fields, `where`, validate, preset

    static let byWord = index()
    var spec: KeySpec {
        switch self {
        case .fields:
            KeySpec(
                .either([.word(["*"]), .list(.text)]),
                "Names of fields, or `*`. In `read` also paths: `author.first_name` shows that field of the items that readable ones point at.",
                default: "`*`")
        case .where: KeySpec(.filter, "Only items that match.", default: "every item")
        case .validate: KeySpec(.filter, "What the values that are sent must meet.")
        case .preset: KeySpec(.object, "Values for fields that are not sent.")
        }
    }
}

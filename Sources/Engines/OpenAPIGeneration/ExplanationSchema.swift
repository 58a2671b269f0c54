import JSONText

/// What `POST /utils/explain` takes and answers.
enum ExplanationSchema {
    static let body: JSONValue = [
        "type": "object", "required": ["request"], "additionalProperties": false,
        "properties": [
            "request": ["type": "string", "description": "Method and path of a read: `GET /items/articles?limit=5`"],
            "as": [
                "type": "string", "nullable": true,
                "description": "`public`, `admin`, a role's name or key, a user's address or key; without it the caller",
            ],
            "body": ["type": "object", "nullable": true, "additionalProperties": true, "description": "Of a SEARCH"],
            "analyze": ["type": "boolean", "default": true, "description": "Whether statements are run and measured, or only planned"],
        ],
    ]

    static let answer: JSONValue = object([
        ("request", text), ("as", caller), ("refusal", nullable(refusal)), ("answer", nullable(level)), ("notes", texts),
    ])

    // MARK: Parts

    private static let text: JSONValue = ["type": "string"]
    private static let optionalText: JSONValue = ["type": "string", "nullable": true]
    private static let optionalNumber: JSONValue = ["type": "number", "nullable": true]
    private static let optionalInteger: JSONValue = ["type": "integer", "nullable": true]
    private static let flag: JSONValue = ["type": "boolean"]
    private static let texts = list(text)
    /// The same once more: levels and steps nest.
    private static let further = list(["type": "object", "additionalProperties": true])

    private static let caller = object([
        ("name", text), ("admin", flag), ("app", flag),
        ("policies", list(object([("id", text), ("name", text), ("through", texts), ("applies", flag)]))),
    ])

    private static let refusal = object([
        ("stage", ["type": "string", "enum": ["query", "collection", "key", "names", "rights", "database"]]), ("code", text), ("message", text),
        (
            "missing",
            list(
                object([
                    ("action", text), ("collection", text), ("field", optionalText), ("path", texts), ("exists", flag),
                    ("did_you_mean", optionalText), ("granted_by", texts),
                ]))
        ),
    ])

    private static let level = object([
        ("collection", text), ("path", texts),
        ("fields", list(object([("key", text), ("source", text), ("mask", optionalText), ("concealed", flag)]))), ("left_out", texts),
        ("rows", optionalText),
        (
            "permissions",
            list(
                object([
                    ("permission", optionalInteger), ("policy", text), ("fields", texts), ("rule", ["nullable": true]), ("place", text),
                    ("counts", flag),
                ]))
        ),
        ("filter", optionalText), ("search", optionalText), ("sort", texts), ("limit", optionalInteger), ("offset", ["type": "integer"]),
        ("aggregate", optionalText), ("statement", statement),
        (
            "advice",
            list(object([("collection", text), ("reason", text), ("index", optionalText), ("file", optionalText), ("obstacle", optionalText)]))
        ),
        ("below", further),
    ])

    private static let statement = object([
        ("sql", text), ("binds", list(object([("type", text), ("source", text), ("value", optionalText), ("hidden", flag)]))),
        ("planning_ms", optionalNumber), ("execution_ms", optionalNumber), ("rows", optionalInteger), ("plan", nullable(step)), ("notes", texts),
    ])

    private static let step = object([
        ("step", text), ("relation", optionalText), ("index", optionalText), ("expected_rows", optionalNumber), ("cost", optionalNumber),
        ("rows", optionalNumber), ("removed", optionalNumber), ("loops", optionalNumber), ("ms", optionalNumber), ("pages", optionalNumber),
        ("below", further),
    ])

    private static func list(_ element: JSONValue) -> JSONValue { ["type": "array", "items": element] }

    /// All members are always there.
    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        ["type": "object", "required": .array(members.map { .string($0.0) }), "properties": .object(JSONObject(members))]
    }

    private static func nullable(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        members["nullable"] = true
        return .object(members)
    }
}

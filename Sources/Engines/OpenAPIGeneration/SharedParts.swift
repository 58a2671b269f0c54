import JSONText
import SchemaModel

/// Parts that operations refer to. Only those that some operation of the document uses are written.
struct SharedParts {
    enum Schema: Hashable {
        case read(CollectionName), create(CollectionName), update(CollectionName)

        var name: String {
            switch self {
            case .read(let collection): SchemaNames.pascal(collection)
            case .create(let collection): SchemaNames.pascal(collection) + "Create"
            case .update(let collection): SchemaNames.pascal(collection) + "Update"
            }
        }
    }

    private(set) var parameters: Set<QueryParameter> = []
    private(set) var responses: Set<Refusal> = []
    private var seen: [Schema: String] = [:]
    private var waiting: [Schema] = []

    mutating func reference(_ schema: Schema) -> JSONValue {
        if let known = seen[schema] { return ["$ref": .string(known)] }
        let path = "#/components/schemas/" + schema.name
        seen[schema] = path
        waiting.append(schema)
        return ["$ref": .string(path)]
    }

    mutating func reference(_ parameter: QueryParameter) -> JSONValue {
        parameters.insert(parameter)
        return ["$ref": .string("#/components/parameters/" + parameter.componentName)]
    }

    mutating func reference(_ refusal: Refusal) -> JSONValue {
        responses.insert(refusal)
        return ["$ref": .string("#/components/responses/" + refusal.rawValue)]
    }

    /// A schema that was referred to and is still to be written.
    mutating func next() -> Schema? { waiting.popLast() }
}

/// Refusals that operations share.
enum Refusal: String, CaseIterable {
    case badRequest = "BadRequest"
    case unauthorized = "Unauthorized"
    case forbidden = "Forbidden"
    case notFound = "NotFound"
    case tooLarge = "ContentTooLarge"
    case unavailable = "ServiceUnavailable"

    var status: String {
        switch self {
        case .badRequest: "400"
        case .unauthorized: "401"
        case .forbidden: "403"
        case .notFound: "404"
        case .tooLarge: "413"
        case .unavailable: "503"
        }
    }

    private var text: String {
        switch self {
        case .badRequest: "The request, its query or its payload is wrong"
        case .unauthorized: "The credentials are wrong or expired"
        case .forbidden: "Not allowed, or not there"
        case .notFound: "Not there"
        case .tooLarge: "The body is too large"
        case .unavailable: "Try again later"
        }
    }

    var component: JSONValue {
        ["description": .string(text), "content": ["application/json": ["schema": ["$ref": "#/components/schemas/ErrorResponse"]]]]
    }

    static let schema: JSONValue = [
        "type": "object", "required": ["errors"],
        "properties": [
            "errors": [
                "type": "array", "minItems": 1,
                "items": [
                    "type": "object", "required": ["message", "extensions"],
                    "properties": [
                        "message": ["type": "string"],
                        "extensions": [
                            "type": "object", "required": ["code"], "additionalProperties": true,
                            "properties": ["code": ["type": "string", "enum": .array(ErrorCode.allCases.map { .string($0.rawValue) })]],
                        ],
                    ],
                ],
            ]
        ],
    ]
}

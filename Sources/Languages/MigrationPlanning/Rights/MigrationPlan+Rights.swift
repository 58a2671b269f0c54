import JSONText
import SchemaModel

/// The rights of a plan, for people and for machines.
extension MigrationPlan {
    var rightsText: String {
        var out = rights.isEmpty ? "" : "\nrights:\n"
        for change in rights { out += "  \(change.object): \(change.detail)" + (change.cause.map { "   (\($0))" } ?? "") + "\n" }
        for loss in losses {
            out += "\n\(loss.kind.rawValue) \(loss.key) is in no file any more, and what no file owns goes with it:\n"
            for dependents in loss.dependents { out += "  \(dependents.text)\n" }
            out += "  -- \(Hazard.deletesData.rawValue); a rollback does not bring this back\n"
        }
        return out
    }

    var rightsJSON: JSONValue {
        .array(
            rights.map {
                [
                    "object": .string($0.object), "detail": .string($0.detail), "cause": $0.cause.map { .string($0.description) } ?? .null,
                ]
            })
    }

    var lossesJSON: JSONValue { .array(losses.map(\.json)) }
}

extension RightsLoss {
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "key": .string(key), "id": .string(id), "allow": allowToken.map { .string($0) } ?? .null,
            "hazards": [.string(Hazard.deletesData.rawValue)], "cause": cause.map { .string($0.description) } ?? .null,
            "dependents": .array(
                dependents.map {
                    ["kind": .string($0.kind.rawValue), "count": .integer($0.count), "keys": .array($0.keys.map { .string($0) })]
                }),
        ]
    }
}

extension RightsLoss.Dependents {
    fileprivate var text: String {
        let example = count > keys.count ? ", for example " : ": "
        return "\(count) \(count == 1 ? kind.word : kind.words)" + (keys.isEmpty ? "" : example + keys.joined(separator: ", "))
    }
}

extension RightsLoss.Dependency {
    fileprivate var word: String {
        switch self {
        case .users: "user loses the role"
        case .attachments: "attachment made through the API"
        case .permissions: "permission made through the API"
        case .shares: "share"
        case .presets: "preset"
        case .childRoles: "role made through the API loses its parent"
        }
    }

    fileprivate var words: String {
        switch self {
        case .users: "users lose the role"
        case .attachments: "attachments made through the API"
        case .permissions: "permissions made through the API"
        case .shares: "shares"
        case .presets: "presets"
        case .childRoles: "roles made through the API lose their parent"
        }
    }
}

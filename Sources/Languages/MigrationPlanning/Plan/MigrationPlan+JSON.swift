package import JSONText
import SQLText
import SchemaModel

extension MigrationPlan {
    /// For machines: everything that `text` says, as one object.
    package var json: JSONValue {
        [
            "hash": .string(hash), "from": .string(fromFingerprint), "to": .string(toFingerprint), "definitions": .string(definitions),
            "schema": .string(schema.name), "generation": .integer(baseGeneration), "reversible": .bool(isReversible),
            "steps": .array(steps.map(\.json)), "allow": .array(allowTokens.map { .string($0) }), "problems": .array(problems.map(\.json)),
            "questions": .array(questions.map(\.json)), "rights": rightsJSON, "losses": lossesJSON,
            "unmanaged": .array(unmanaged.map { ["kind": .string($0.kind.rawValue), "name": .string($0.name)] }),
            "notes": .array(
                notes.map { ["code": .string($0.code.rawValue), "object": .string($0.object), "detail": .string($0.detail)] }),
        ]
    }
}

extension MigrationStep {
    package var json: JSONValue {
        [
            "id": .string(id), "phase": .string(phase.rawValue), "up": .string(up.text), "down": down.map { .string($0.text) } ?? .null,
            "locks": .array(locks.map { ["table": .string($0.table.name), "level": .string($0.level.words)] }),
            "objects": .array(objects.map { .string($0) }), "hazards": .array(hazards.map { .string($0.rawValue) }),
            "rewrites": .bool(rewritesTable), "blocking": .bool(isBlocking), "reversible": .bool(isReversible),
            "allow": allowToken.map { .string($0) } ?? .null, "rows": estimatedRows.map { .integer($0) } ?? .null,
            "cause": cause.map { .string($0.description) } ?? .null, "undo": undoGuard?.json ?? .null,
            "index": builtIndex.map { .string($0.name) } ?? .null,
        ]
    }

    /// A step as the journal keeps it: texts, phase, locks and the guard of its rollback; the rest is for readers.
    /// - Returns: nil when the text is not one of ours.
    package init?(json: JSONValue) {
        guard let id = json["id"]?.string, let phase = json["phase"]?.string.flatMap(Phase.init(rawValue:)), let up = json["up"]?.string else {
            return nil
        }
        self.init(id: id, phase: phase, up: DDLText(journal: up), down: json["down"]?.string.map { DDLText(journal: $0) })
        objects = json["objects"]?.array?.compactMap(\.string) ?? []
        allowToken = json["allow"]?.string
        builtIndex = json["index"]?.string.flatMap { SQLIdentifier($0) }
        undoGuard = json["undo"].flatMap { UndoGuard(json: $0) }
        locks =
            json["locks"]?.array?.compactMap { entry in
                guard let table = entry["table"]?.string.flatMap({ SQLIdentifier($0) }) else { return nil }
                return LockLevel.allCases.first { $0.words == entry["level"]?.string }.map { TableLock(table, $0) }
            } ?? []
    }
}

extension DDLText {
    /// A text that this program wrote into the journal.
    package init(journal text: String) { self = "\(AuthoredSQL(text: text, origin: "journal"))" }
}

extension UndoGuard {
    fileprivate var json: JSONValue { ["allow": .string(allowToken), "query": .string(query.text)] }

    fileprivate init?(json: JSONValue) {
        guard let token = json["allow"]?.string, let query = json["query"]?.string else { return nil }
        self.init(allowToken: token, query: DDLText(journal: query))
    }
}

extension PlanProblem {
    fileprivate var json: JSONValue {
        [
            "code": .string(code.rawValue), "object": .string(object), "detail": .string(detail),
            "cause": location.map { .string($0.description) } ?? .null,
        ]
    }
}

extension RenameQuestion {
    fileprivate var json: JSONValue {
        [
            "dropped": .string(dropped.description), "candidates": .array(candidates.map { .string($0.name) }),
            "cause": location.map { .string($0.description) } ?? .null,
        ]
    }
}

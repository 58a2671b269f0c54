import AccessControl
package import SQLText
package import SchemaModel

/// What one placeholder stands for.
package struct BindExplanation: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        /// From the request, or from a rule.
        case value
        case variable(DynamicVariable)
        /// The key in the path, or the keys of the level above.
        case keys
    }

    package let type: String
    package let source: Source
    /// In PostgreSQL's text form; nil = NULL.
    package let text: String?
    /// A secret of the caller's: its text is not shown.
    package let isHidden: Bool

    /// - Parameters:
    ///   - binds: of the statement as it is sent.
    package static func list(
        of template: SQLTemplate, _ slots: [PlanSlot], _ binds: [SQLBind], in schema: SchemaSnapshot
    ) -> [BindExplanation] {
        zip(zip(template.sources, template.types), binds).map { place, bind in
            let source = source(of: place.0, slots)
            let isHidden = isSecret(source, in: schema)
            let type = place.1.text.isEmpty ? "inferred" : place.1.text
            return BindExplanation(type: type, source: source, text: isHidden ? nil : text(of: bind), isHidden: isHidden)
        }
    }

    private static func source(of source: SQLBindSource, _ slots: [PlanSlot]) -> Source {
        guard case .slot(let number) = source, slots.indices.contains(number) else { return .value }
        return switch slots[number] {
        case .keys: .keys
        case .variable(let variable, isArray: _): .variable(variable)
        }
    }

    /// Requests can't compare with secrets, but a rule's variable may lead to one (`$CURRENT_USER.token`).
    private static func isSecret(_ source: Source, in schema: SchemaSnapshot) -> Bool {
        guard case .variable(let variable) = source, variable.isDotted else { return false }
        guard let last = VariablePath(variable, in: schema)?.steps.last else { return true }
        guard let field = schema.field(last.field, of: last.collection) else { return true }
        return field.isConcealed || field.type == .hash
    }

    private static func text(of bind: SQLBind) -> String? {
        switch bind {
        case .null: nil
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }
}

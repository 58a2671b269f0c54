package import AccessControl
import JSONText
import SchemaModel

/// Whom a document is for: it holds what they may do and nothing else (attacks B10, L5).
package struct DocumentAudience: Sendable {
    package let access: EffectiveAccess
    /// False for callers without a token.
    package let isUser: Bool

    package init(access: EffectiveAccess, isUser: Bool) {
        self.access = access
        self.isUser = isUser
    }

    package static let admin = DocumentAudience(access: .full, isUser: true)

    func may(_ action: PermissionAction, _ collection: CollectionName) -> Bool {
        if access.isAdmin { return true }
        guard let rights = access.access(to: collection, for: action) else { return false }
        return action != .read || !rights.fields.isEmpty
    }

    func may(_ action: PermissionAction, _ field: FieldName, of collection: CollectionName) -> Bool {
        access.isAdmin || access.access(to: collection, for: action)?.fields.contains(field) == true
    }

    /// Whether the field reads as null in rows where none of the rules that grant it holds.
    func mayBeMasked(_ field: FieldName, of collection: CollectionName) -> Bool {
        guard !access.isAdmin, let rights = access.access(to: collection, for: .read) else { return false }
        return !rights.cases.allSatisfy { $0.fields.contains(field) }
    }

    /// Whether the caller's rights fill the field in where it is not sent.
    func isPreset(_ field: FieldName, of collection: CollectionName) -> Bool {
        guard !access.isAdmin, let rights = access.access(to: collection, for: .create) else { return false }
        return rights.rows.contains { $0.presets?[field.text] != nil }
    }
}

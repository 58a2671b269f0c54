import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Roles, policies, attachments and permissions that a file defines are shown by the API and changed in the file (schema-language.md, "Access").
enum DefinedRows {
    /// - Throws: `FORBIDDEN` when a column of such a row is to be written, or the row deleted. Lists that hang on it (a role's users) may change.
    static func refuse(_ kind: DefinedRowKind, _ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        let schema = write.session.snapshot.schema
        if schema.access.isEmpty { return }
        let writesColumn = payload.keys.contains { schema.field(FieldName($0), of: write.collection.name)?.column != nil }
        if write.action == .update, !writesColumn { return }
        let found = try await write.session.transaction.query(SystemRowsSQL.origin(of: kind, keys))
        if found.rowCount == 0 { return }
        guard write.caller.isAdmin, let file = found.string(0, 0) else {
            throw WireError.forbidden(reason: "This is defined in a file and can't be changed through the API.")
        }
        let line = found.int(0, 1).map { ":\($0)" } ?? ""
        throw WireError.forbidden(reason: "This is defined in \(file)\(line) and can't be changed through the API.")
    }
}

extension AccessDefinitions {
    fileprivate var isEmpty: Bool { roles.isEmpty && policies.isEmpty && permissions.isEmpty }
}

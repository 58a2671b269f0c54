internal import AccessControl
internal import JSONText
internal import Postgres
internal import SQLText
internal import SchemaModel

/// The rows that rights are made of: four statements, read in one consistent view, and their decoding.
enum AccessRowsSQL {
    static let statements: [SQLStatement] = [
        SQLFragment("SELECT id, parent FROM directus_roles").statement,
        SQLFragment("SELECT id, ip_access, enforce_tfa, admin_access, app_access FROM directus_policies").statement,
        SQLFragment("SELECT policy, role, \"user\", sort FROM directus_access ORDER BY sort NULLS LAST, id").statement,
        SQLFragment("SELECT id, policy, collection, action, fields, permissions, validation, presets FROM directus_permissions ORDER BY id")
            .statement,
    ]

    /// A number that grows with every change of these tables, whoever makes it (rolled-back ones too); it may lag by a second.
    static let changeCount: SQLStatement = SQLFragment(
        """
        SELECT sum(pg_stat_get_tuples_inserted(t) + pg_stat_get_tuples_updated(t) + pg_stat_get_tuples_deleted(t))::text
        FROM unnest(ARRAY['directus_roles'::regclass, 'directus_policies'::regclass, 'directus_access'::regclass,
          'directus_permissions'::regclass]) AS t
        """
    ).statement

    static let isThere: SQLStatement = SQLFragment(
        "SELECT to_regclass('directus_permissions') IS NOT NULL AND to_regclass('kerege.origins') IS NOT NULL"
    ).statement

    /// Of permissions that files define.
    static let origins: SQLStatement = SQLFragment(
        "SELECT row_id::integer, file, line, \"column\" FROM kerege.origins WHERE kind = 'permission' AND row_id IS NOT NULL"
    ).statement

    /// - Parameter results: of `statements`.
    static func snapshot(from results: [PostgresResult]) -> AccessSnapshot {
        guard results.count == statements.count else { return .empty }
        return AccessSnapshot.build(
            roles: rows(of: results[0], role), policies: rows(of: results[1], policy), attachments: rows(of: results[2], attachment),
            permissions: rows(of: results[3], permission))
    }

    private static func rows<Row>(of result: PostgresResult, _ decode: (PostgresResult, Int) -> Row?) -> [Row] {
        (0..<result.rowCount).compactMap { decode(result, $0) }
    }

    private static func role(_ result: PostgresResult, _ row: Int) -> RoleRow? {
        result.string(row, 0).map { RoleRow(id: RoleID($0), parent: result.string(row, 1).map { RoleID($0) }) }
    }

    private static func policy(_ result: PostgresResult, _ row: Int) -> PolicyRow? {
        guard let id = result.string(row, 0) else { return nil }
        return PolicyRow(
            id: PolicyID(id), ipAccess: list(result.string(row, 1)), enforceTFA: result.bool(row, 2) ?? false,
            adminAccess: result.bool(row, 3) ?? false, appAccess: result.bool(row, 4) ?? false)
    }

    private static func attachment(_ result: PostgresResult, _ row: Int) -> AccessRow? {
        guard let policy = result.string(row, 0) else { return nil }
        return AccessRow(
            policy: PolicyID(policy), role: result.string(row, 1).map { RoleID($0) }, user: result.string(row, 2).map { UserID($0) },
            sort: result.int(row, 3))
    }

    private static func permission(_ result: PostgresResult, _ row: Int) -> StoredPermission? {
        guard let id = result.int(row, 0), let policy = result.string(row, 1), let collection = result.string(row, 2) else { return nil }
        return StoredPermission(
            id: PermissionID(id), policy: PolicyID(policy), collection: CollectionName(collection), action: result.string(row, 3) ?? "",
            fields: list(result.string(row, 4)), permissions: json(result.string(row, 5)), validation: json(result.string(row, 6)),
            presets: json(result.string(row, 7)))
    }

    /// CSV text. Blanks around an entry don't count.
    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").compactMap { part in
            let bare = part.drop { $0 == " " }
            let end = bare.lastIndex { $0 != " " }
            return end.map { String(bare[...$0]) }
        }
    }

    /// JSON that PostgreSQL takes but we don't (too deep) becomes a text: no rule, so false for every row.
    private static func json(_ text: String?) -> JSONValue? {
        text.map { (try? JSONParser.parse($0)) ?? .string($0) }
    }
}

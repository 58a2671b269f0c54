import JSONText
import MigrationPlanning
import SQLText
import SchemaModel

/// Writes what files define into the system tables, in the transaction of the plan.
///
/// - Rows that files defined and define no more are removed; rows made through the API stay as they are, unless a file defines the same
///   collection, field, relation, role or policy: then the file counts.
/// - A fixed number of statements, whatever the size of the model.
struct Mirror {
    let schema: SQLIdentifier
    let rows: MirrorRows
    let snapshot: SchemaSnapshot
    let renames: [PlannedRename]

    /// nil where the snapshot has no system tables to write to.
    init?(_ snapshot: SchemaSnapshot, schema: SQLIdentifier, renames: [PlannedRename]) {
        guard MirrorTable.allCases.allSatisfy({ snapshot.collection(CollectionName($0.name.name)) != nil }) else { return nil }
        self.schema = schema
        self.snapshot = snapshot
        self.renames = renames
        rows = MirrorRows(snapshot)
    }

    var statements: [SQLStatement] {
        var out = [.roles, .policies, .collections].map { write($0) }
        out += followRenames
        out += [.fields, .relations, .access].map { write($0) }
        out.append(writePermissions)
        out += cleanUp
        out += [.permissions, .access, .relations, .fields, .collections, .policies, .roles].map { removeGone($0) }
        for table in MirrorTable.allCases { out += noteOrigins(table) }
        return out.map(\.statement)
    }

    private func name(_ table: MirrorTable) -> SQLFragment { "\(schema).\(table.name)" }

    private func incoming(_ table: MirrorTable) -> SQLFragment {
        let columns = table.columns.map { "\(SQLFragment($0.name)) \($0.type.fragment)" as SQLFragment }.joined(separator: ", ")
        return """
            incoming AS (SELECT * FROM json_to_recordset(\(bind: .text(rows.json(table)), as: .json)) \
            AS r(_key text, _file text, _line integer, _column integer, \(columns)))
            """
    }

    /// Updates the rows that are there and differ, inserts the others.
    private func write(_ table: MirrorTable) -> SQLFragment {
        let same = table.match.map { "t.\($0) = i.\($0)" as SQLFragment }.joined(separator: " AND ")
        let isAccess = table == .access
        // An access row keeps its id, whoever made it.
        let changing = table.columns.filter { !table.match.contains($0.name) && !(isAccess && $0.name.name == "id") }
        let set = changing.map { "\($0.name) = i.\($0.name)" as SQLFragment }.joined(separator: ", ")
        let all = table.columns.map { SQLFragment($0.name) }.joined(separator: ", ")
        let values = table.columns.map { "i.\($0.name)" as SQLFragment }.joined(separator: ", ")
        return """
            WITH \(incoming(table)), changed AS (UPDATE \(name(table)) AS t SET \(set) FROM incoming i WHERE \(same) AND (\(difference(changing)))) \
            INSERT INTO \(name(table)) (\(all)) SELECT \(values) FROM incoming i \
            WHERE NOT EXISTS (SELECT 1 FROM \(name(table)) t WHERE \(same))
            """
    }

    private func difference(_ columns: [(name: SQLIdentifier, type: SQLType)]) -> SQLFragment {
        columns.map { column in
            column.type == .json
                ? "t.\(column.name)::text IS DISTINCT FROM i.\(column.name)::text"
                : "t.\(column.name) IS DISTINCT FROM i.\(column.name)" as SQLFragment
        }.joined(separator: " OR ")
    }

    /// Permissions have no key but their number: known by their origin, or by being the very same and nobody's yet.
    private var writePermissions: SQLFragment {
        let table = name(.permissions)
        return """
            WITH \(incoming(.permissions)), \
            known AS (SELECT o.key, t.id FROM kerege.origins o JOIN \(table) t ON t.id::text = o.row_id WHERE o.kind = 'permission'), \
            found AS (SELECT i.*, COALESCE(k.id, (SELECT min(t.id) FROM \(table) t WHERE t.policy = i.policy AND t.collection = i.collection \
            AND t.action = i.action AND t.fields IS NOT DISTINCT FROM i.fields \
            AND t.permissions::jsonb IS NOT DISTINCT FROM i.permissions::jsonb AND t.validation::jsonb IS NOT DISTINCT FROM i.validation::jsonb \
            AND t.presets::jsonb IS NOT DISTINCT FROM i.presets::jsonb AND t.id NOT IN (SELECT id FROM known))) AS found_id \
            FROM incoming i LEFT JOIN known k ON k.key = i._key), \
            numbered AS MATERIALIZED (SELECT f.*, COALESCE(f.found_id, nextval(pg_get_serial_sequence(\(bind: .text(quotedPermissions), as: .text), \
            'id'))) AS id FROM found f), \
            changed AS (UPDATE \(table) AS t SET collection = i.collection, action = i.action, permissions = i.permissions, \
            validation = i.validation, presets = i.presets, fields = i.fields, policy = i.policy FROM numbered i \
            WHERE t.id = i.found_id AND (\(difference(MirrorTable.permissions.columns)))), \
            added AS (INSERT INTO \(table) (id, collection, action, permissions, validation, presets, fields, policy) \
            SELECT i.id, i.collection, i.action, i.permissions, i.validation, i.presets, i.fields, i.policy FROM numbered i \
            WHERE i.found_id IS NULL) \
            INSERT INTO kerege.origins (kind, key, file, line, "column", row_id) \
            SELECT 'permission', i._key, i._file, i._line, i._column, i.id::text FROM numbered i \
            ON CONFLICT (kind, key) DO UPDATE SET row_id = EXCLUDED.row_id
            """
    }

    private var quotedPermissions: String { "\(schema.quoted).\(MirrorTable.permissions.name.quoted)" }

    /// The public policy is the server's, also when a file says more of it: it stays when the file is gone.
    private func removeGone(_ table: MirrorTable) -> SQLFragment {
        let key: SQLFragment = table == .permissions ? "o.row_id = t.id::text" : "o.key = \(table.keyOfRow)"
        let kept: SQLFragment = table == .policies ? " AND t.id <> \(bind: .text(PolicyID.public.text), as: .uuid)" : ""
        return """
            DELETE FROM \(name(table)) AS t USING kerege.origins o WHERE o.kind = \(kind(table)) AND \(key) AND \(isGone(table))\(kept)
            """
    }

    /// What points at rows that go, without a foreign key that would clean up.
    private var cleanUp: [SQLFragment] {
        [
            """
            UPDATE \(name(.collections)) AS c SET "group" = NULL FROM kerege.origins o \
            WHERE o.kind = 'collection' AND o.key = c."group" AND \(isGone(.collections))
            """,
            """
            UPDATE \(name(.roles)) AS r SET parent = NULL FROM kerege.origins o \
            WHERE o.kind = 'role' AND o.key = r.parent::text AND \(isGone(.roles))
            """,
        ]
    }

    private func isGone(_ table: MirrorTable) -> SQLFragment {
        "o.key NOT IN (SELECT json_array_elements_text(\(bind: .text(rows.keys(table)), as: .json)))"
    }

    private func noteOrigins(_ table: MirrorTable) -> [SQLFragment] {
        let remove: SQLFragment = "DELETE FROM kerege.origins o WHERE o.kind = \(kind(table)) AND \(isGone(table))"
        let note: SQLFragment = """
            INSERT INTO kerege.origins AS o (kind, key, file, line, "column") SELECT \(kind(table)), i._key, i._file, i._line, i._column \
            FROM json_to_recordset(\(bind: .text(rows.json(table)), as: .json)) AS i(_key text, _file text, _line integer, _column integer) \
            ON CONFLICT (kind, key) DO UPDATE SET file = EXCLUDED.file, line = EXCLUDED.line, "column" = EXCLUDED."column" \
            WHERE (o.file, o.line, o."column") IS DISTINCT FROM (EXCLUDED.file, EXCLUDED.line, EXCLUDED."column")
            """
        return [remove, note]
    }

    private func kind(_ table: MirrorTable) -> SQLFragment { "\(bind: .text(table.kind), as: .text)" }
}

extension SQLType {
    /// As a column definition in `json_to_recordset`.
    var fragment: SQLFragment {
        switch self {
        case .uuid: "uuid"
        case .boolean: "boolean"
        case .integer: "integer"
        case .json: "json"
        default: "text"
        }
    }
}

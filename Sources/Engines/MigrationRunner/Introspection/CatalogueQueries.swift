import SQLText

/// The catalogue of one schema, in four lists that hold no object identifiers: what the model is made of, and what the live digest is taken of.
///
/// - Shape: lists inside a row are joined by U+001F, their parts by U+001E.
/// - Left out: what extensions own, temporary and partitioned relations' inner parts, exclusion constraints and triggers.
/// - Source: PostgreSQL, "System Catalogs".
enum CatalogueQueries {
    /// name, kind (r, v, m, f, p), comment
    static func relations(of schema: String) -> SQLFragment {
        """
        SELECT c.relname AS name, c.relkind::text AS kind, d.description AS comment \
        FROM pg_class c LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0 \
        WHERE c.relnamespace = \(namespace(schema)) AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND \(notOfExtension)
        """
    }

    /// table, name, type, not null, default or generating expression, identity, generated, comment
    static func columns(of schema: String, ordered: Bool) -> SQLFragment {
        let query: SQLFragment = """
            SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null, \
            pg_get_expr(e.adbin, e.adrelid) AS expression, a.attidentity::text AS identity, a.attgenerated::text AS generated, \
            d.description AS comment \
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
            LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum \
            LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum \
            WHERE c.relnamespace = \(namespace(schema)) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND \(notOfExtension)
            """
        return ordered ? query + " ORDER BY c.relname, a.attnum" : query
    }

    /// table, name, kind (p, u, f, c), columns, target's schema, target, target columns, on update, on delete, valid, deferrable, expression
    static func constraints(of schema: String) -> SQLFragment {
        """
        SELECT c.relname AS "table", k.conname AS name, k.contype::text AS kind, \
        (SELECT string_agg(a.attname, chr(31) ORDER BY x.ord) FROM unnest(k.conkey) WITH ORDINALITY x (num, ord) \
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num) AS columns, \
        CASE WHEN f.relnamespace <> c.relnamespace THEN f.relnamespace::regnamespace::text END AS target_schema, f.relname AS target, \
        (SELECT string_agg(a.attname, chr(31) ORDER BY x.ord) FROM unnest(k.confkey) WITH ORDINALITY x (num, ord) \
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num) AS target_columns, \
        k.confupdtype::text AS on_update, k.confdeltype::text AS on_delete, k.convalidated AS valid, k.condeferrable AS deferrable, \
        CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END AS expression \
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid \
        WHERE c.relnamespace = \(namespace(schema)) AND c.relkind = 'r' AND k.contype IN ('p', 'u', 'f', 'c') AND \(notOfExtension)
        """
    }

    /// table, name, method, unique, valid, key count, keys (column or expression, operator class, options), predicate
    static func indexes(of schema: String) -> SQLFragment {
        """
        SELECT c.relname AS "table", i.relname AS name, m.amname AS method, x.indisunique AS is_unique, x.indisvalid AS valid, \
        x.indnkeyatts AS key_count, \
        (SELECT string_agg(CASE WHEN x.indkey[n - 1] = 0 THEN 'e' || pg_get_indexdef(x.indexrelid, n, false) ELSE 'c' || a.attname END \
        || chr(30) || CASE WHEN n <= x.indnkeyatts AND NOT o.opcdefault THEN o.opcname ELSE '' END \
        || chr(30) || CASE WHEN n <= x.indnkeyatts THEN x.indoption[n - 1]::text ELSE '' END, chr(31) ORDER BY n) \
        FROM generate_series(1, x.indnatts) n \
        LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[n - 1] AND x.indkey[n - 1] > 0 \
        LEFT JOIN pg_opclass o ON n <= x.indnkeyatts AND o.oid = x.indclass[n - 1]) AS keys, \
        pg_get_expr(x.indpred, x.indrelid) AS predicate \
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_am m ON m.oid = i.relam \
        WHERE c.relnamespace = \(namespace(schema)) AND c.relkind = 'r' AND \(notOfExtension) \
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
        """
    }

    /// name, schema
    static let extensions: SQLFragment = "SELECT e.extname AS name, e.extnamespace::regnamespace::text AS schema FROM pg_extension e"

    /// table, rows by the planner's statistics
    static func estimates(of schema: String) -> SQLFragment {
        "SELECT c.relname, c.reltuples::bigint FROM pg_class c WHERE c.relnamespace = \(namespace(schema)) AND c.relkind = 'r'"
    }

    static let availableExtensions: SQLFragment = "SELECT name FROM pg_available_extensions"

    /// One text that changes whenever a list above would: cheap enough for every start.
    static func digest(of schema: String) -> SQLFragment {
        let lists = [
            relations(of: schema), columns(of: schema, ordered: false), constraints(of: schema), indexes(of: schema), extensionNames,
        ]
        let parts = lists.map { list in
            "(SELECT COALESCE(md5(string_agg(l::text, E'\\n' ORDER BY l::text COLLATE \"C\")), '') FROM (\(list)) l)" as SQLFragment
        }
        return "SELECT md5(\(parts.joined(separator: " || "))) AS digest"
    }

    private static let extensionNames: SQLFragment = "SELECT e.extname AS name FROM pg_extension e"

    enum Scope: String { case session, transaction }

    /// The search path: the schema, and where the extensions' types and operator classes are. Names print without a schema then, always in the same
    /// way.
    static func searchPath(_ schema: String, for scope: Scope) -> SQLFragment {
        """
        SELECT set_config('search_path', quote_ident(\(bind: .text(schema), as: .text)) || COALESCE((SELECT string_agg(DISTINCT ', ' \
        || quote_ident(n.nspname), '') FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
        WHERE e.extname IN ('pg_trgm', 'postgis', 'citext') AND n.nspname <> \(bind: .text(schema), as: .text)), ''), \
        \(bind: .text(scope == .transaction ? "true" : "false"), as: .boolean))
        """
    }

    /// The schema's id; `pg_temp` is the session's own.
    private static func namespace(_ schema: String) -> SQLFragment {
        if schema == "pg_temp" { return "pg_my_temp_schema()" }
        return "COALESCE(to_regnamespace(quote_ident(\(bind: .text(schema), as: .text)))::oid, 0)"
    }

    private static let notOfExtension: SQLFragment = """
        NOT EXISTS (SELECT 1 FROM pg_depend q WHERE q.classid = 'pg_class'::regclass AND q.objid = c.oid AND q.deptype = 'e')
        """
}

import Postgres
import SQLText

/// The tables of our own, in a schema of their own: journal, states of steps, origins of mirrored rows.
enum JournalTables {
    /// Made under the migration lock; harmless when they are there.
    static let script: StaticString = """
        CREATE SCHEMA IF NOT EXISTS kerege;
        CREATE TABLE IF NOT EXISTS kerege.migrations (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('apply', 'rollback')),
            state text NOT NULL CHECK (state IN ('finishing', 'applied', 'abandoned', 'rolling_back', 'rolled_back')),
            plan_hash text NOT NULL,
            definitions_hash text NOT NULL,
            definitions text NOT NULL,
            from_fingerprint text NOT NULL,
            to_fingerprint text NOT NULL,
            live_digest text,
            steps json NOT NULL,
            up_sql text NOT NULL,
            down_sql text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            applied_by text NOT NULL,
            duration_ms bigint,
            rolls_back bigint REFERENCES kerege.migrations
        );
        CREATE TABLE IF NOT EXISTS kerege.steps (
            migration bigint NOT NULL REFERENCES kerege.migrations,
            position integer NOT NULL,
            id text NOT NULL,
            phase text NOT NULL,
            definition json NOT NULL,
            state text NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed', 'abandoned', 'undone')),
            sqlstate text,
            started_at timestamptz,
            finished_at timestamptz,
            PRIMARY KEY (migration, position)
        );
        CREATE TABLE IF NOT EXISTS kerege.origins (
            kind text NOT NULL,
            key text NOT NULL,
            file text,
            line integer,
            "column" integer,
            row_id text,
            PRIMARY KEY (kind, key)
        );
        COMMENT ON SCHEMA kerege IS 'Kerege: journal of migrations, their steps, origins of rows that files define';
        """

    static func create(in session: PostgresSession) async throws {
        _ = try await session.execute(script.description)
    }
}

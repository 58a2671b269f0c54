import EventLoops
import Postgres
import SQLText
import Telemetry

/// The database inside the embedded cluster.
enum EmbeddedDatabase {
    /// The cluster does not answer yet.
    struct NotYet: Error {}

    /// Makes the database unless it is there.
    static func create(_ name: String, maintenance: String, loop: EventLoop) async throws {
        var configuration = PostgresConfiguration(conninfo: Secret(maintenance))
        configuration.exclusiveConnections = 1
        configuration.fastConnections = 0
        let client = PostgresClient(configuration: configuration, loop: loop)
        do {
            try await client.start(.connected)
        } catch is PostgresError {
            throw NotYet()
        }
        do {
            let known = try await client.query(
                ("SELECT 1 FROM pg_database WHERE datname = \(bind: .text(name), as: .text)" as SQLFragment).statement)
            if known.rowCount == 0, let identifier = SQLIdentifier(name) {
                _ = try await client.query(
                    ("CREATE DATABASE \(identifier) TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'" as SQLFragment).statement)
            }
        } catch {
            await client.close(grace: .zero)
            throw error
        }
        await client.close(grace: .seconds(1))
    }
}

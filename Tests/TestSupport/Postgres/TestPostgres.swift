import EventLoops
import Glibc
package import Postgres
import Telemetry

/// The PostgreSQL server all tests of the process share: the one that `KEREGE_TEST_POSTGRES` (a conninfo whose user may create databases)
/// names, else a cluster of our own that is started at first use and removed when the process ends.
package enum TestPostgres {
    /// A configuration for a database of the server.
    package static func configuration(database: String) throws -> PostgresConfiguration {
        PostgresConfiguration(conninfo: Secret(try conninfo(database: database)))
    }

    /// - Throws: where no server can be started: tests fail then, they are not skipped.
    package static func conninfo(database: String) throws -> String {
        if let given { return naming(database, in: given) }
        return try cluster.get().conninfo + " dbname=\(database)"
    }

    /// Runs `body` with a session in the database `postgres`, on a loop that serves such work alone.
    package static func withAdmin<T: Sendable>(_ body: @Sendable (PostgresSession) async throws -> T) async throws -> T {
        let configuration = try configuration(database: "postgres")
        let loop = try adminLoop.get()
        return try await run(on: loop) { try await PostgresSession.with(configuration, loop: loop, body) }
    }

    private static let given: String? = getenv("KEREGE_TEST_POSTGRES").map { String(cString: $0) }

    private static let cluster: Result<TestCluster, any Error> = Result {
        let cluster = try TestCluster()
        atexit { try? TestPostgres.cluster.get().remove() }
        return cluster
    }

    private static let adminLoop: Result<EventLoop, any Error> = Result { try EventLoopGroup(count: 1, name: "test-admin").loops[0] }

    /// The database goes into the path of a URL, or after the keywords, where the last one counts.
    static func naming(_ database: String, in conninfo: String) -> String {
        guard let scheme = conninfo.firstRange(of: "://") else { return "\(conninfo) dbname=\(database)" }
        let rest = conninfo[scheme.upperBound...]
        let query = rest.firstIndex(of: "?").map { rest[$0...] } ?? ""
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        return "\(conninfo[..<scheme.upperBound])\(authority)/\(database)\(query)"
    }
}

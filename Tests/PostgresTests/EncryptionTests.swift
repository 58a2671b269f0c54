import EventLoops
import Glibc
import Postgres
import SQLText
import Telemetry
import TestSupport
import Testing

/// Connections by TLS, in libpq's modes, to clusters of their own. Not under sanitizers: they look at our code, and all that is new here is libpq's.
@Suite(.disabled(if: dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil)) struct EncryptionTests {
    private static let isEncrypted = statement("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")

    private func withClient(_ conninfo: String, _ body: @Sendable (PostgresClient) async throws -> Void) async throws {
        try await onLoop(watchdog: .off) { loop in
            let client = PostgresClient(configuration: PostgresConfiguration(conninfo: Secret(conninfo)).patient, loop: loop)
            try await client.start()
            try await closing(client, body)
        }
    }

    @Test func `speaks TLS as libpq's modes say`() async throws {
        let cluster = try TestCluster(takesTLS: true)
        defer { cluster.remove() }
        for (mode, isEncrypted) in [("verify-full", "t"), ("verify-ca", "t"), ("require", "t"), ("prefer", "t"), ("disable", "f")] {
            try await withClient(cluster.tlsConninfo(mode)) { client in
                for lane in [PostgresLane.exclusive, .fast] {
                    let answer = try await client.query(Self.isEncrypted, lane: lane)
                    #expect(answer.rows == [[isEncrypted]], "\(mode)")
                }
            }
        }
        try await onLoop { loop in
            let stranger = PostgresConfiguration(conninfo: Secret(cluster.tlsConninfo("verify-full", knowsCertificate: false)))
            let error = await postgresError { try await PostgresClient(configuration: stranger, loop: loop).start() }
            #expect(error?.isNotConnected == true)
        }
    }

    /// A record of TLS is larger than what libpq reads at a time: the rest waits where the loop can't see it.
    @Test func `gets answers of every size by TLS`() async throws {
        let cluster = try TestCluster(takesTLS: true)
        defer { cluster.remove() }
        try await withClient(cluster.tlsConninfo("verify-full")) { client in
            for lane in [PostgresLane.exclusive, .fast] {
                for size in [1, 100, 8_000, 16_000, 16_384, 17_000, 33_000, 100_000, 3_000_000] {
                    let answer = try await client.query(statement("SELECT repeat('x', $1::int)", String(size)), lane: lane)
                    #expect(answer.string(0, 0)?.utf8.count == size)
                }
            }
            let outcomes = await concurrently(300, on: client.loop) { number in
                let answer = try await client.query(statement("SELECT repeat('y', $1::int * 211)", String(number)), lane: .fast)
                return answer.string(0, 0)?.utf8.count == number * 211
            }
            for outcome in outcomes {
                let isRight = try outcome.get()
                #expect(isRight)
            }
        }
    }
}

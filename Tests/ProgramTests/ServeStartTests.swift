import Glibc
import TestSupport
import Testing

/// `kerege serve` where something is in its way at the start.
@Suite(.timeLimit(.minutes(3))) struct ServeStartTests {
    @Test func aServerWaitsForItsDatabase() async throws {
        try await withProgram { program in
            let cluster = try TestCluster()
            defer { cluster.remove() }
            cluster.stop()
            let database = "DATABASE_URL=\(cluster.conninfo) dbname=postgres"
            let server = try program.serve([database])
            #expect(try await server.wait(for: "waiting for the database") == nil)
            let port = try #require(server.port)
            #expect(RawClient.get("/server/ping", port: port)?.text == "pong")
            let health = try #require(RawClient.get("/server/health", port: port))
            #expect(health.status == 503 && health.text == #"{"status":"error"}"#)
            let refused = try #require(RawClient.get("/items/nothing", port: port))
            #expect(refused.status == 503 && refused.headers["retry-after"] == "1")
            #expect(
                refused.text
                    == #"{"errors":[{"message":"Service \"database\" is unavailable. The database is not available.","extensions":{"service":"database","reason":"The database is not available","code":"SERVICE_UNAVAILABLE"}}]}"#
            )
            try cluster.start()
            #expect(try await server.wait(for: "listening") == nil)
            #expect(RawClient.get("/items/nothing", port: port)?.status == 403)
            #expect(server.stop() == 0)
        }
    }

    @Test func aServerThatWaitsForItsDatabaseEndsWhenItIsTold() async throws {
        try await withProgram { program in
            let server = try program.serve(["DATABASE_URL=host=\(program.root) dbname=nothing"])
            #expect(try await server.wait(for: "the database is not available") == nil)
            #expect(server.stop() == 0)
        }
    }

    @Test func anEmptySocketPathIsNone() async throws {
        try await withTestDatabase { database in
            try await withProgram { program in
                let conninfo = try TestPostgres.conninfo(database: database.name)
                let server = try program.serve(["UNIX_SOCKET_PATH=", "DATABASE_URL=\(conninfo)"])
                #expect(try await server.wait(for: "listening") == nil)
                let port = try #require(server.port)
                #expect(RawClient.get("/server/ping", port: port)?.status == 200)
                #expect(server.stop() == 0)
            }
        }
    }

    @Test func aPortInUseIsSaid() async throws {
        try await withTestDatabase { database in
            try await withProgram { program in
                let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                defer { close(listener) }
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
                    }
                }
                try #require(isBound)
                let port = UInt16(bigEndian: address.sin_port)
                let conninfo = try TestPostgres.conninfo(database: database.name)
                let server = try program.serve(["PORT=\(port)", "DATABASE_URL=\(conninfo)"])
                #expect(try await server.wait(for: "never said") == 1)
                #expect(server.text.contains("127.0.0.1:\(port) is in use by another program"))
                #expect(server.text.hasSuffix("server not started\n"))
                #expect(!server.text.contains("Fatal error"))
            }
        }
    }
}

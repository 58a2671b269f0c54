import Glibc
import TestSupport
import Testing

/// `kerege serve` where something is in its way at the start.
@Suite(.timeLimit(.minutes(3))) struct ServeStartTests {
    /// A server that runs, and what it has said.
    private struct Server {
        let process: pid_t
        let log: String

        init(in root: String, _ environment: [String]) throws {
            log = "\(root)/server-\(UInt32.random(in: 0...UInt32.max)).log"
            process = try Subprocess.start(
                ["sh", "-c", #"cd "$0" && exec "$@""#, root, "env", "HOST=127.0.0.1", "LOG_LEVEL=info", "ADMIN_PASSWORD=d1r3ctu5"] + environment
                    + [Program.path, "serve", "--schemas", "Schemas"], log: log)
        }

        var text: String { Subprocess.text(of: log) }

        /// Waits until it has said that, or has ended.
        /// - Returns: the exit status; nil while it runs.
        func wait(for words: String) async throws -> Int32? {
            while !text.contains(words) {
                try Task.checkCancellation()
                var status: Int32 = 0
                if waitpid(process, &status, WNOHANG) == process { return status >> 8 & 0xFF | (status & 0x7F) << 8 }
                try await Task.sleep(for: .milliseconds(20))
            }
            return nil
        }

        /// SIGTERM, and its exit status; 256 and more = ended by a signal.
        func stop() -> Int32 {
            kill(process, SIGTERM)
            let status = Subprocess.wait(for: process)
            return status >> 8 & 0xFF | (status & 0x7F) << 8
        }
    }

    @Test func aServerWaitsForItsDatabase() async throws {
        try await withProgramFolder { root in
            let cluster = try TestCluster()
            defer { cluster.remove() }
            cluster.stop()
            let database = "DATABASE_URL=\(cluster.conninfo) dbname=postgres"
            let server = try Server(in: root, ["PORT=0", database])
            #expect(try await server.wait(for: "the database is not available") == nil)
            try cluster.start()
            #expect(try await server.wait(for: "listening") == nil)
            #expect(server.stop() == 0)
        }
    }

    @Test func aServerThatWaitsForItsDatabaseEndsWhenItIsTold() async throws {
        try await withProgramFolder { root in
            let server = try Server(in: root, ["PORT=0", "DATABASE_URL=host=\(root) dbname=nothing"])
            #expect(try await server.wait(for: "the database is not available") == nil)
            #expect(server.stop() == 0)
        }
    }

    @Test func aPortInUseIsSaid() async throws {
        try await withTestDatabase { database in
            try await withProgramFolder { root in
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
                let server = try Server(in: root, ["PORT=\(port)", "DATABASE_URL=\(conninfo)"])
                #expect(try await server.wait(for: "never said") == 1)
                #expect(server.text.contains("127.0.0.1:\(port) is in use by another program"))
                #expect(!server.text.contains("Fatal error"))
            }
        }
    }
}

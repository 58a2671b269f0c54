import Glibc
import Synchronization

/// A PostgreSQL cluster of the tests' own, in a folder under /tmp: unix socket alone, C.UTF-8, UTC, nothing synced to disk.
///
/// As root it runs under the user `postgres` of Debian's package. The folder's name carries our process: what dead processes left behind is
/// stopped and removed when the next cluster is made.
package final class TestCluster: Sendable {
    private struct State {
        var process: pid_t?
        var isRemoved = false
    }

    private static let prefix = "kerege-pg-"
    private static let counter = Atomic<Int>(0)

    private let folder: String
    /// Where it takes TLS, on 127.0.0.1; nil = only on its socket.
    private let tlsPort: UInt16?
    private let state = Mutex(State())

    /// Makes and starts a cluster. Blocks for about two seconds.
    /// - Parameter takesTLS: also listens on `localhost`, with a certificate of its own (`tlsConninfo`).
    package init(takesTLS: Bool = false) throws {
        tlsPort = takesTLS ? try TestCluster.freePort() : nil
        TestCluster.removeLeftovers()
        let number = TestCluster.counter.add(1, ordering: .relaxed).newValue
        folder = "/tmp/\(TestCluster.prefix)\(getpid())-\(number)"
        try Subprocess.run(["rm", "-rf", folder])
        try Subprocess.run(["mkdir", "-m", "700", folder])
        if geteuid() == 0 { try Subprocess.run(["chown", "postgres:postgres", folder]) }
        try Subprocess.run(
            asOwner([
                "\(TestCluster.binaries)/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
                "--no-instructions",
            ]), log: "\(folder)/initdb.log")
        if takesTLS { try makeCertificate() }
        try start()
    }

    /// By TLS with this `sslmode`; the certificate is checked against its own (`verify-full`), or against none at hand.
    package func tlsConninfo(_ mode: String, knowsCertificate: Bool = true) -> String {
        "host=localhost hostaddr=127.0.0.1 port=\(tlsPort ?? 0) user=postgres dbname=postgres sslmode=\(mode) "
            + "sslrootcert=\(folder)/\(knowsCertificate ? "server.crt" : "no.crt")"
    }

    private func makeCertificate() throws {
        try Subprocess.run(
            asOwner([
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/server.key", "-out", "\(folder)/server.crt",
            ]), log: "\(folder)/openssl.log")
    }

    /// One that was free a moment ago, below those that the system gives to clients: of them, any may be taken the next moment.
    private static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let port = UInt16.random(in: 20_000..<32_000)
            address.sin_port = port.bigEndian
            let isFree = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isFree { return port }
        }
        throw Subprocess.Failure(arguments: ["bind"], status: errno, output: "")
    }

    /// For libpq; a database's name may follow.
    package var conninfo: String { "host=\(folder) user=postgres" }

    /// What the server has logged, for messages of failed tests.
    package var log: String { Subprocess.text(of: "\(folder)/server.log") }

    package func start() throws {
        var settings = [
            "unix_socket_directories=\(folder)", "unix_socket_permissions=0777", "fsync=off", "full_page_writes=off",
            "synchronous_commit=off", "max_connections=300", "shared_buffers=64MB", "wal_level=minimal", "max_wal_senders=0", "TimeZone=UTC",
            "log_timezone=UTC", "autovacuum_naptime=10min", "max_prepared_transactions=0",
        ]
        settings +=
            tlsPort.map {
                ["listen_addresses=127.0.0.1", "port=\($0)", "ssl=on", "ssl_cert_file=\(folder)/server.crt", "ssl_key_file=\(folder)/server.key"]
            } ?? ["listen_addresses="]
        let arguments = ["\(TestCluster.binaries)/postgres", "-D", data] + settings.flatMap { ["-c", $0] }
        let process = try Subprocess.start(asOwner(arguments), log: "\(folder)/server.log")
        state.withLock { $0.process = process }
        // The server says in the eighth line of this file when it takes connections.
        for _ in 0..<6_000 {
            if Subprocess.text(of: "\(data)/postmaster.pid").split(separator: "\n").last?.hasPrefix("ready") == true { return }
            if waitpid(process, nil, WNOHANG) != 0 { break }
            usleep(5_000)
        }
        throw Subprocess.Failure(arguments: arguments, status: -1, output: String(log.suffix(2_000)))
    }

    /// Stops the server as `pg_ctl stop -m fast` does: open connections are told and closed. Blocks until it is down.
    package func stop() {
        stop(signal: SIGINT)
    }

    private func stop(signal: Int32) {
        guard
            let process = state.withLock({ state in
                defer { state.process = nil }
                return state.process
            })
        else { return }
        kill(process, signal)
        Subprocess.wait(for: process)
    }

    /// Stops the server and removes its folder. More than one call does nothing.
    package func remove() {
        guard
            state.withLock({ state in
                defer { state.isRemoved = true }
                return !state.isRemoved
            })
        else { return }
        stop(signal: SIGQUIT)
        try? Subprocess.run(["rm", "-rf", folder])
    }

    private var data: String { "\(folder)/data" }

    private func asOwner(_ arguments: [String]) -> [String] {
        geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] + arguments : arguments
    }

    /// Debian keeps each version's programs in a folder of its own; the newest is taken.
    private static let binaries: String = {
        let root = "/usr/lib/postgresql"
        let versions = Subprocess.names(in: root).compactMap { Int($0) }.sorted()
        return versions.last.map { "\(root)/\($0)/bin" } ?? "/usr/bin"
    }()

    private static func removeLeftovers() {
        for name in Subprocess.names(in: "/tmp") where name.hasPrefix(prefix) {
            guard let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }), owner != getpid() else { continue }
            guard kill(owner, 0) != 0, errno == ESRCH else { continue }
            let folder = "/tmp/\(name)"
            let server = Subprocess.text(of: "\(folder)/data/postmaster.pid").split(separator: "\n").first.flatMap { pid_t($0) }
            if let server, Subprocess.text(of: "/proc/\(server)/cmdline").contains(folder) { kill(server, SIGQUIT) }
            try? Subprocess.run(["rm", "-rf", folder])
        }
    }
}

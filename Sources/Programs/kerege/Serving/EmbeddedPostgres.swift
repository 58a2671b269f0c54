import Digests
import EventLoops
import Glibc
import Telemetry

/// The embedded default: a private PostgreSQL of this project's own, started when there is none running and stopped with the server.
///
/// - Where: the cluster lies in the state folder; when we are root, it belongs to an unprivileged user in `/var/lib/kerege`, as PostgreSQL does not
///   run as root and that user can't enter the checkout. It listens on a unix socket alone, in a short folder that only its user (and root) can enter.
/// - After a `kill -9` of the server the cluster still runs; it is found again by its `postmaster.pid` and used.
/// - Used on its loop only.
final class EmbeddedPostgres {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private let loop: EventLoop
    private let log: Logger
    private let stateFolder: String
    private let binaries: String
    private let dataFolder: String
    private let socketFolder: String
    /// The user that PostgreSQL runs as; nil = ours.
    private let owner: (name: String, user: uid_t, group: gid_t)?
    private var process: ChildProcess?

    static let databaseName = "kerege"
    static let roleName = "kerege"

    /// - Throws: `Problem` when PostgreSQL is not installed or no user for it exists.
    init(stateFolder: String, loop: EventLoop, log: Logger) throws {
        self.loop = loop
        self.log = log
        binaries = try EmbeddedPostgres.findBinaries()
        self.stateFolder = stateFolder
        let absolute = EmbeddedPostgres.absolute(stateFolder)
        let digest = String(HashFunction.sha256.digest(of: absolute).hex.prefix(12))
        if getuid() == 0 {
            owner = try EmbeddedPostgres.unprivilegedUser()
            dataFolder = "/var/lib/kerege/\(digest)/postgres"
        } else {
            owner = nil
            dataFolder = "\(absolute)/postgres"
        }
        socketFolder = "/tmp/kerege-\(owner?.user ?? getuid())-\(digest)"
    }

    /// For libpq.
    var conninfo: String { "host=\(socketFolder) dbname=\(Self.databaseName) user=\(Self.roleName)" }
    private var maintenance: String { "host=\(socketFolder) dbname=postgres user=\(Self.roleName)" }

    // MARK: Starting

    /// For a server: it stops the cluster when it ends, so there can only be one. The system lets go of the claim with the process.
    /// - Throws: `Problem` while another server has it.
    func claim() throws {
        try FileText.makeFolder(stateFolder)
        let path = "\(stateFolder)/server.lock"
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Problem(
                description:
                    "another server runs on the embedded PostgreSQL of \(stateFolder): stop it, or give this one a DATABASE_URL of its own")
        }
    }

    /// Makes the cluster when there is none, starts it when it does not run, makes the database.
    func start() async throws {
        try makeFolders()
        if !FileText.exists("\(dataFolder)/PG_VERSION") { try await initialize() }
        if let running = runningProcess() {
            log.info("embedded PostgreSQL found running", [LogKey("pid"): .integer(Int(running))])
        } else {
            try launch()
        }
        try await waitUntilReady()
    }

    private func makeFolders() throws {
        try FileText.makeFolder(EmbeddedPostgres.parent(of: dataFolder))
        if mkdir(dataFolder, 0o700) != 0, errno != EEXIST { throw FileProblem(path: dataFolder, code: errno) }
        if mkdir(socketFolder, 0o700) != 0, errno != EEXIST { throw FileProblem(path: socketFolder, code: errno) }
        for folder in [dataFolder, socketFolder] {
            if let owner { chown(folder, owner.user, owner.group) }
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == owner?.user ?? getuid() else {
                throw Problem(description: "\(folder) belongs to somebody else")
            }
            chmod(folder, 0o700)
        }
    }

    private func initialize() async throws {
        log.info("making the embedded PostgreSQL cluster", [.path: .text(dataFolder)])
        let output = OutputText()
        let child = try spawn(
            "initdb",
            [
                "-D", dataFolder, "-U", Self.roleName, "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-instructions",
            ], output: .pipe(output.append))
        guard await child.waitForExit() == .code(0) else { throw Problem(description: "initdb failed:\n\(output.text)") }
    }

    private func launch() throws {
        let logPath = "\(dataFolder)/server.log"
        let descriptor = open(logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: logPath, code: errno) }
        defer { close(descriptor) }
        if let owner { fchown(descriptor, owner.user, owner.group) }
        unlink("\(dataFolder)/postmaster.pid")
        process = try spawn(
            "postgres",
            [
                "-D", dataFolder, "-k", socketFolder, "-c", "listen_addresses=", "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c",
                "unix_socket_permissions=0700", "-c", "jit=off", "-c", "max_connections=100",
            ], output: .descriptor(descriptor))
    }

    private func spawn(_ program: String, _ arguments: [String], output: ChildProcess.Output) throws -> ChildProcess {
        var configuration = ChildProcess.Configuration(
            executable: "\(binaries)/\(program)", arguments: arguments,
            environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=\(dataFolder)"],
            workingDirectory: EmbeddedPostgres.parent(of: dataFolder), standardOutput: output, standardError: output)
        configuration.userID = owner?.user
        configuration.groupID = owner?.group
        configuration.isDetached = true
        return try ChildProcess.spawn(configuration, on: loop)
    }

    private func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if try await accepts() { return }
            if process != nil, runningProcess() == nil, !FileText.exists("\(socketFolder)/.s.PGSQL.5432") {
                await loop.sleep(for: .milliseconds(100))
            }
            await loop.sleep(for: .milliseconds(50))
        }
        throw Problem(description: "the embedded PostgreSQL did not start; see \(dataFolder)/server.log")
    }

    private func accepts() async throws -> Bool {
        guard FileText.exists("\(socketFolder)/.s.PGSQL.5432") else { return false }
        do {
            try await EmbeddedDatabase.create(Self.databaseName, maintenance: maintenance, loop: loop)
            return true
        } catch is EmbeddedDatabase.NotYet {
            return false
        }
    }

    // MARK: Stopping

    /// Ends it in its quick orderly way ("fast": open transactions are rolled back), whoever started it.
    func stop() async {
        if let process {
            process.terminate(signal: SIGINT)
            _ = await process.waitForExit()
            return
        }
        guard let pid = runningProcess() else { return }
        kill(pid, SIGINT)
        let deadline = ContinuousClock.now + .seconds(20)
        while kill(pid, 0) == 0, ContinuousClock.now < deadline { await loop.sleep(for: .milliseconds(20)) }
    }

    /// For commands: runs a body with the configured database, or with the embedded one; one that was running before stays.
    static func withDatabase<T>(
        of configuration: ServerConfiguration, on loop: EventLoop, log: Logger, _ body: (_ conninfo: Secret<String>) async throws -> T
    ) async throws -> T {
        if let url = configuration.database.url { return try await body(url) }
        let postgres = try EmbeddedPostgres(stateFolder: configuration.stateFolder, loop: loop, log: log)
        try await postgres.start()
        do {
            let result = try await body(Secret(postgres.conninfo))
            await postgres.stopIfStarted()
            return result
        } catch {
            await postgres.stopIfStarted()
            throw error
        }
    }

    private func stopIfStarted() async {
        if process != nil { await stop() }
    }

    /// The process that `postmaster.pid` names, when it lives and is a PostgreSQL.
    private func runningProcess() -> pid_t? {
        guard let text = FileText.read("\(dataFolder)/postmaster.pid"), let line = text.split(separator: "\n").first, let pid = pid_t(line),
            kill(pid, 0) == 0 || errno == EPERM, let name = FileText.read("/proc/\(pid)/comm"), name.hasPrefix("postgres")
        else { return nil }
        return pid
    }

    // MARK: Finding

    private static func findBinaries() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (FileText.names(in: root) ?? []).compactMap { Int($0) }.sorted(by: >)
        for version in versions where FileText.exists("\(root)/\(version)/bin/initdb") { return "\(root)/\(version)/bin" }
        for folder in (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":") where FileText.exists("\(folder)/initdb") {
            return String(folder)
        }
        throw Problem(description: "PostgreSQL is not installed: apt-get install postgresql, or set DATABASE_URL")
    }

    private static func unprivilegedUser() throws -> (name: String, user: uid_t, group: gid_t) {
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) { return (name, entry.pointee.pw_uid, entry.pointee.pw_gid) }
        }
        throw Problem(description: "there is no user \"postgres\" for PostgreSQL to run as")
    }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let buffer = getcwd(nil, 0) else { return path }
        defer { free(buffer) }
        return "\(String(cString: buffer))/\(path)"
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}

/// What a child process prints, for its error message.
final class OutputText {
    private var bytes: [UInt8] = []
    var text: String { String(decoding: bytes, as: UTF8.self) }
    func append(_ piece: UnsafeRawBufferPointer) { if bytes.count < 16_384 { bytes += Array(piece) } }
}

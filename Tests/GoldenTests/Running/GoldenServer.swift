import Glibc
import TestSupport

/// The built server on a fresh database, with a recorded data model.
final class GoldenServer {
    static let adminToken = "admin-token"

    /// The system's choice: of ports that are chosen beforehand, another server may take one.
    private(set) var port: UInt16 = 0
    private let folder: String
    private let program: ChildProgram

    /// Imports the group's snapshot, starts the server and waits until it answers.
    init(group: GoldenGroup, databaseURL: String) throws {
        folder = try Files.temporaryFolder()
        let environment = Self.environment(databaseURL: databaseURL, extra: try group.environment())
        let schemas = folder + "/schemas"
        try ChildProgram.run([Self.binary, "import", "directus", group.snapshot, "--schemas", schemas], environment: environment, folder: folder)
        program = try Self.serve(schemas, environment: environment, folder: folder)
        try waitUntilReady()
    }

    /// Starts the server on definitions as they are.
    init(schemas: String, databaseURL: String) throws {
        folder = try Files.temporaryFolder()
        program = try Self.serve(schemas, environment: Self.environment(databaseURL: databaseURL, extra: []), folder: folder)
        try waitUntilReady()
    }

    deinit { Files.removeFolder(folder) }

    /// What it printed last.
    var log: String {
        let lines = ((try? Files.text(program.output)) ?? "").split(separator: "\n")
        return lines.suffix(60).map { String($0.prefix(500)) }.joined(separator: "\n")
    }

    /// Stops it as an administrator would.
    func stop() { program.stop(.asked) }

    private static func serve(_ schemas: String, environment: [String], folder: String) throws -> ChildProgram {
        try ChildProgram([binary, "serve", "--schemas", schemas], environment: environment, folder: folder, output: folder + "/server.log")
    }

    private func waitUntilReady() throws {
        for _ in 0..<3000 {
            if let said = listeningPort {
                port = said
                if let answer = try? WireClient(port: port).send("GET", "/server/ping", headers: [], body: nil), answer.status == 200 { return }
            }
            if let status = program.ended(within: 20) { throw ChildError.failed("kerege serve", status: status, output: log) }
        }
        throw ChildError.failed("kerege serve does not answer", status: program.stop(.killed), output: log)
    }

    /// What the line says that it logs once it takes requests.
    private var listeningPort: UInt16? {
        guard let text = try? Files.text(program.output) else { return nil }
        for line in text.split(separator: "\n") where line.contains(#""message":"listening""#) {
            guard let value = line.split(separator: #""port":"#).last?.prefix(while: \.isNumber) else { continue }
            return UInt16(value)
        }
        return nil
    }

    /// Beside the test program, where SwiftPM puts it; `KEREGE_BINARY` names another.
    static let binary = Files.environment("KEREGE_BINARY") ?? BuiltProgram.path

    private static func environment(databaseURL: String, extra: [(name: String, value: String)]) -> [String] {
        var values = [
            "HOST": "127.0.0.1", "PORT": "0", "DATABASE_URL": databaseURL, "TZ": "UTC", "ADMIN_EMAIL": "admin@example.com",
            "ADMIN_PASSWORD": "d1r3ctu5", "ADMIN_TOKEN": adminToken, "SECRET": "kerege-golden-secret-0123456789abcdef",
            "RATE_LIMITER_ENABLED": "false", "RATE_LIMITER_REGISTRATION_ENABLED": "false",
            // After a trap, its reason and place are among the last lines.
            "SWIFT_BACKTRACE": "enable=yes,threads=crashed,registers=none,images=none,color=no,sanitize=no",
        ]
        for name in ["PATH", "HOME", "LANG", "TMPDIR"] { values[name] = Files.environment(name) }
        for (name, value) in extra { values[name] = value }
        return values.map { "\($0.key)=\($0.value)" }
    }
}

import Glibc
import TestSupport
import Testing

/// The built program, as an admin calls it: in a folder, with an environment of nothing but what a test gives.
struct KeregeProgram {
    let root: String

    struct Run {
        let status: Int32
        /// Standard output and standard error.
        let output: String
        let errors: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    func write(_ text: String, to name: String) throws {
        let file = try #require(fopen("\(root)/\(name)", "we"))
        fputs(text, file)
        fclose(file)
    }

    func text(of name: String) -> String { Subprocess.text(of: "\(root)/\(name)") }

    /// Runs a command to its end.
    func run(_ arguments: [String], _ environment: [String] = []) throws -> Run {
        let name = "\(root)/run-\(UInt32.random(in: 0...UInt32.max))"
        let process = try Subprocess.start(shell(#"exec "$@" 2>"$0.errors""#, name, environment) + [BuiltProgram.path] + arguments, log: name)
        let status = Subprocess.wait(for: process)
        return Run(
            status: status >> 8 & 0xFF | (status & 0x7F) << 8, output: Subprocess.text(of: name), errors: Subprocess.text(of: "\(name).errors"))
    }

    /// Starts a server; both of its outputs go to `log`.
    func serve(_ environment: [String], _ arguments: [String] = []) throws -> RunningServer {
        let name = "\(root)/server-\(UInt32.random(in: 0...UInt32.max)).log"
        let words = ["serve", "--schemas", "Schemas"] + arguments
        let always = ["HOST=127.0.0.1", "PORT=0", "LOG_LEVEL=info", "ADMIN_PASSWORD=d1r3ctu5"]
        let process = try Subprocess.start(shell(#"exec "$@""#, name, always + environment) + [BuiltProgram.path] + words, log: name)
        return RunningServer(process: process, log: name)
    }

    private func shell(_ script: String, _ name: String, _ environment: [String]) -> [String] {
        ["sh", "-c", #"cd "$1" && shift && "# + script, name, root, "env", "-i", "PATH=/usr/bin:/bin", "TZ=UTC"] + environment
    }
}

/// A server that runs, and what it has said.
struct RunningServer {
    let process: pid_t
    let log: String

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

    /// As its log says it.
    var port: Int? {
        text.firstMatch(of: /"port":(\d+)/).flatMap { Int($0.1) }
    }

    /// SIGTERM, and its exit status; 256 and more = ended by a signal.
    func stop() -> Int32 {
        kill(process, SIGTERM)
        let status = Subprocess.wait(for: process)
        return status >> 8 & 0xFF | (status & 0x7F) << 8
    }
}

/// Lends a folder with an empty `Schemas` in it.
func withProgram(_ body: (KeregeProgram) async throws -> Void) async throws {
    try await withTemporaryFolder { root in
        try Subprocess.run(["mkdir", "\(root)/Schemas"])
        try await body(KeregeProgram(root: root))
    }
}

import Glibc

/// A program started by the tests; its output goes to a file. It is killed when the thread that started it ends, and with it the tests.
final class ChildProgram {
    let output: String
    private let pid: pid_t
    private var status: Int32?

    /// - Parameters:
    ///   - environment: the whole environment, `NAME=value`.
    ///   - folder: its working directory; `output` the file that takes what it prints.
    init(_ arguments: [String], environment: [String], folder: String, output: String) throws(ChildError) {
        self.output = output
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.resetSignals(&attributes)
        let shell = ["/bin/sh", "-c", #"cd "$0" && exec setpriv --pdeathsig KILL "$@""#, folder] + arguments
        var child = pid_t()
        let failure = withCStrings(shell) { shell in
            withCStrings(environment) { posix_spawn(&child, "/bin/sh", &actions, &attributes, shell, $0) }
        }
        guard failure == 0 else { throw .notStarted(arguments[0], String(cString: strerror(failure))) }
        pid = child
    }

    /// Nothing blocked, nothing ignored: what the tests' own process does with signals is not the child's.
    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    }

    deinit { stop(.killed) }

    /// Waits for the end, at most so long.
    /// - Returns: the exit status (128 + signal when one ended it), nil while it runs.
    func ended(within milliseconds: Int) -> Int32? {
        var left = milliseconds
        while true {
            if let status { return status }
            var raw: Int32 = 0
            if waitpid(pid, &raw, WNOHANG) == pid { return keep(raw) }
            if left <= 0 { return nil }
            poll(nil, 0, 5)
            left -= 5
        }
    }

    enum Way {
        case asked, killed
    }

    /// Ends it, and waits until it has ended: asked first, killed when it is still there after ten seconds.
    @discardableResult
    func stop(_ way: Way) -> Int32 {
        if let status { return status }
        if way == .asked {
            kill(pid, SIGTERM)
            if let status = ended(within: 10_000) { return status }
        }
        kill(pid, SIGKILL)
        return reap()
    }

    /// Runs a program to its end, at most a minute.
    /// - Throws: unless it ends with 0; with the end of what it printed.
    static func run(_ arguments: [String], environment: [String], folder: String) throws {
        let log = "\(folder)/run.log"
        let program = try ChildProgram(arguments, environment: environment, folder: folder, output: log)
        let status = program.ended(within: 60_000) ?? program.stop(.killed)
        if status != 0 {
            let output = String(((try? Files.text(log)) ?? "").suffix(2000))
            throw ChildError.failed(arguments.prefix(4).joined(separator: " "), status: status, output: output)
        }
    }

    private func reap() -> Int32 {
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        return keep(raw)
    }

    private func keep(_ raw: Int32) -> Int32 {
        let ended = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        status = ended
        return ended
    }
}

enum ChildError: Error, CustomStringConvertible {
    case notStarted(String, String)
    case failed(String, status: Int32, output: String)

    var description: String {
        switch self {
        case .notStarted(let program, let why): "\(program): \(why)"
        case .failed(let what, let status, let output): "\(what) ended with status \(status)\n\(output)"
        }
    }
}

private func withCStrings<R>(_ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}

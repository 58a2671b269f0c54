package import Glibc

/// Programs run by the tests' own set-up, before any loop stands.
package enum Subprocess {
    package struct Failure: Error, CustomStringConvertible {
        package let arguments: [String]
        package let status: Int32
        package let output: String

        package var description: String { "\(arguments.joined(separator: " ")) ended with \(status): \(output)" }
    }

    /// Starts a program whose output goes to `log`; the caller waits for it.
    package static func start(_ arguments: [String], log: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A group of its own: the terminal's interrupt is for the tests, which then stop their server in order.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // And no signal blocked, as our own threads have some.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))
        var list = arguments.map { strdup($0) } + [nil]
        defer { for text in list { free(text) } }
        var process = pid_t()
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &list, environ)
        guard code == 0 else { throw Failure(arguments: arguments, status: code, output: String(cString: strerror(code))) }
        return process
    }

    /// Runs a program to its end.
    /// - Throws: `Failure` unless it ends with 0; then with the end of its output.
    package static func run(_ arguments: [String], log: String = "/dev/null") throws {
        let status = wait(for: try start(arguments, log: log))
        guard status == 0 else { throw Failure(arguments: arguments, status: status, output: String(text(of: log).suffix(2_000))) }
    }

    @discardableResult
    package static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// The text of a file; empty if it can't be read.
    package static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { all += buffer[0..<count] }
        return String(decoding: all, as: UTF8.self)
    }

    /// The names in a folder; none if it can't be read.
    package static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.filter { $0 != "." && $0 != ".." }
    }
}

import CLibUV
import Glibc

/// A program started by the server. Used on its loop only.
package final class ChildProcess: LoopHandle {
    /// Where output goes.
    package enum Output {
        case discarded
        /// The same place as the server's own.
        case inherited
        /// An open descriptor, which stays the caller's to close.
        case descriptor(Int32)
        /// Pieces of at most 64 KB as they come; an empty one is the end.
        case pipe((UnsafeRawBufferPointer) -> Void)
    }

    /// How to run a program. Input is empty.
    package struct Configuration {
        /// A path, or a name looked for on `PATH`.
        package var executable: String
        /// Without the program's own name.
        package var arguments: [String]
        /// `NAME=value`; nil means the server's own.
        package var environment: [String]?
        package var workingDirectory: String?
        /// To run as another user (the server must be root); supplementary groups are dropped.
        package var userID: UInt32?
        package var groupID: UInt32?
        package var standardOutput: Output
        package var standardError: Output
        /// Runs it in a session of its own, out of reach of the terminal's signals.
        package var isDetached = false

        package init(
            executable: String, arguments: [String] = [], environment: [String]? = nil, workingDirectory: String? = nil,
            standardOutput: Output = .discarded, standardError: Output = .discarded
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.workingDirectory = workingDirectory
            self.standardOutput = standardOutput
            self.standardError = standardError
        }
    }

    /// How a process ended.
    package enum Exit: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    package private(set) var processID: Int32 = 0
    private var result: Exit?
    private var waiters: [CheckedContinuation<Exit, Never>] = []

    private init(on loop: EventLoop) { super.init(type: UV_PROCESS, on: loop) }

    /// Starts a program.
    /// - Throws: `EventLoopError.system`: not found, not executable, not allowed to change the user, no such working directory.
    /// - Precondition: called on the loop.
    package static func spawn(_ configuration: Configuration, on loop: EventLoop) throws -> ChildProcess {
        let child = ChildProcess(on: loop)
        let outputs = try [configuration.standardOutput, configuration.standardError].map { try OutputPipe.open($0, on: loop) }
        let code = withOptions(configuration, outputs) { uv_spawn(loop.uv, child.process, $0) }
        child.adopt()  // libuv has the handle even when the spawn failed
        guard code == 0 else {
            child.close()
            for output in outputs { output?.close() }
            throw EventLoopError.system(operation: "uv_spawn", code: code)
        }
        child.processID = child.process.pointee.pid
        for output in outputs { output?.read() }
        return child
    }

    /// Waits for the end of the process and says how it came. May be asked any number of times.
    package func waitForExit() async -> Exit {
        if let result { return result }
        return await withCheckedContinuation { waiters.append($0) }
    }

    /// Sends a signal; false when the process is gone.
    @discardableResult
    package func terminate(signal: Int32 = SIGTERM) -> Bool {
        guard isActive, result == nil else { return false }
        return uv_process_kill(process, signal) == 0
    }

    private var process: UnsafeMutablePointer<uv_process_t> { memory.assumingMemoryBound(to: uv_process_t.self) }

    fileprivate static func exited(_ handle: UnsafeMutablePointer<uv_process_t>?, _ status: Int64, _ signal: Int32) {
        guard let data = handle?.pointee.data else { return }
        let child = Unmanaged<ChildProcess>.fromOpaque(data).takeUnretainedValue()
        let exit = signal != 0 ? Exit.signal(signal) : Exit.code(Int32(truncatingIfNeeded: status))
        child.result = exit
        child.close()
        let waiters = child.waiters
        child.waiters = []
        for waiter in waiters { waiter.resume(returning: exit) }
    }

    private static func withOptions(
        _ configuration: Configuration, _ outputs: [OutputPipe?], _ body: (UnsafePointer<uv_process_options_t>) -> Int32
    ) -> Int32 {
        let arguments = CStringArray([configuration.executable] + configuration.arguments)
        let environment = configuration.environment.map(CStringArray.init)
        let directory = CStringArray(configuration.workingDirectory.map { [$0] } ?? [])
        var streams = [uv_stdio_container_t()]
        streams[0].flags = UV_IGNORE
        streams.append(OutputPipe.container(configuration.standardOutput, outputs[0], own: STDOUT_FILENO))
        streams.append(OutputPipe.container(configuration.standardError, outputs[1], own: STDERR_FILENO))
        return streams.withUnsafeMutableBufferPointer { streams in
            var options = uv_process_options_t()
            options.exit_cb = { ChildProcess.exited($0, $1, $2) }
            options.file = UnsafePointer(arguments.pointers[0])
            options.args = arguments.pointers
            options.env = environment?.pointers
            options.cwd = UnsafePointer(directory.pointers[0])
            options.stdio = streams.baseAddress
            options.stdio_count = Int32(streams.count)
            if let user = configuration.userID {
                options.flags |= UV_PROCESS_SETUID.rawValue
                options.uid = user
            }
            if let group = configuration.groupID {
                options.flags |= UV_PROCESS_SETGID.rawValue
                options.gid = group
            }
            if configuration.isDetached { options.flags |= UV_PROCESS_DETACHED.rawValue }
            return withExtendedLifetime((arguments, environment, directory)) { body(&options) }
        }
    }
}

/// C strings and the NULL-terminated array of them, freed together.
private final class CStringArray {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { (pointers + index).initialize(to: strdup(string)) }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}

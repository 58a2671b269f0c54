import EventLoops
import Glibc
import Testing

@Suite struct ChildProcessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
        let output: String
        let exit: ChildProcess.Exit
    }

    static let cases = [
        Case(testDescription: "output and code", script: "printf 'one\ntwo'; exit 3", output: "one\ntwo", exit: .code(3)),
        Case(testDescription: "environment alone", script: "echo $GREETING$HOME", output: "hello\n", exit: .code(0)),
        Case(testDescription: "working directory", script: "pwd", output: "/tmp\n", exit: .code(0)),
        Case(testDescription: "empty input", script: "cat", output: "", exit: .code(0)),
        Case(
            testDescription: "a megabyte", script: "head -c 1000000 /dev/zero | tr '\\0' x", output: String(repeating: "x", count: 1_000_000),
            exit: .code(0)),
        Case(testDescription: "ended by a signal", script: "kill -9 $$", output: "", exit: .signal(9)),
    ]

    @Test(arguments: cases) func `runs a program`(_ expected: Case) async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let (output, exit) = try await loop.run {
                let collected = Shared<[UInt8]>([])
                let (child, ended) = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<(Unshared, Bool), any Error>) in
                    nonisolated(unsafe) var child: ChildProcess?
                    var configuration = ChildProcess.Configuration(
                        executable: "/bin/sh", arguments: ["-c", expected.script], environment: ["GREETING=hello", "PATH=/usr/bin:/bin"],
                        workingDirectory: "/tmp")
                    configuration.standardOutput = .pipe { piece in
                        collected.update { $0.append(contentsOf: piece) }
                        if piece.isEmpty, let child { continuation.resume(returning: (Unshared(child: child), true)) }
                    }
                    do { child = try ChildProcess.spawn(configuration, on: loop) } catch { continuation.resume(throwing: error) }
                }
                #expect(ended)
                return (collected.value, await child.child.waitForExit())
            }
            #expect(String(decoding: output, as: UTF8.self) == expected.output)
            #expect(exit == expected.exit)
        }
    }

    @Test func `a missing program is an error, a running one can be ended`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            await #expect(throws: EventLoopError.system(operation: "uv_spawn", code: -ENOENT)) {
                try await loop.run { _ = try ChildProcess.spawn(.init(executable: "/no/such/program"), on: loop) }
            }
            let exit = try await loop.run {
                let child = try ChildProcess.spawn(.init(executable: "/bin/sleep", arguments: ["1000"]), on: loop)
                #expect(child.terminate())
                return await child.waitForExit()
            }
            #expect(exit == .signal(SIGTERM))
        }
    }

    @Test(.enabled(if: getuid() == 0)) func `runs as another user when the server is root`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let exit = try await loop.run {
                var configuration = ChildProcess.Configuration(
                    executable: "/bin/sh", arguments: ["-c", "test $(id -u) = 65534 && test $(id -G) = 65534"])
                configuration.userID = 65_534
                configuration.groupID = 65_534
                return try await ChildProcess.spawn(configuration, on: loop).waitForExit()
            }
            #expect(exit == .code(0))
        }
    }
}

/// `@unchecked Sendable`: never leaves its loop.
private struct Unshared: @unchecked Sendable {
    let child: ChildProcess
}

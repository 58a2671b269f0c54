import EventLoops
import Glibc
import Synchronization

/// The commands of `kerege`, by their first words. Exit codes: 0 done, 1 failed, 2 misuse, 3 a destructive plan was refused.
enum Program {
    static func run(arguments: [String]) -> Int32 {
        do {
            return try dispatch(arguments)
        } catch let problem as UsageProblem {
            Terminal.error("kerege: \(problem.message)")
            Terminal.error(usage)
            return 2
        } catch {
            Terminal.error("kerege: \(error)")
            return 1
        }
    }

    private static func dispatch(_ arguments: [String]) throws -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "serve"?: return try ServeCommand(rest).run()
        case "schema"?: return try SchemaCommand.run(rest)
        case "migrate"?: return try MigrateCommand(rest).run()
        case "access"?: return try AccessCommand(rest).run()
        case "import"?: return try ImportCommand(rest).run()
        case "config"?: return try ConfigCommand.run(rest)
        case "help"?, "--help"?, "-h"?, nil:
            Terminal.print(usage)
            return arguments.isEmpty ? 2 : 0
        case let word?: throw UsageProblem("there is no command \"\(word)\"")
        }
    }

    static let usage = """
        usage: kerege COMMAND
          serve [--schemas DIR] [--watch] [--seed FILE]      migrate and serve (configuration from the environment and .env)
          schema check [DIR]                                 report every mistake in the schema files
          schema json-schema                                 print the JSON Schema of the language, for editors
          migrate plan|status [--schemas DIR] [--json]       show what would change, or what has been applied
          migrate apply [--schemas DIR] [--allow TOKEN]… [--plan HASH]
          migrate rollback                                   undo the newest plan
          access check [--schemas DIR]                       report rights in the database that name what does not exist
          import directus SNAPSHOT [--schemas DIR]           turn a Directus schema snapshot into schema files
          import directus FOLDER [--schemas DIR] [--schema-only]
                                                             bring a whole Directus template: schema, rights, users, content, files
          config                                             print the configuration, secrets hidden
        """
}

/// A command line that means nothing.
struct UsageProblem: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// What a person at the terminal reads. Logs go through Telemetry.
enum Terminal {
    static func print(_ text: String) { write(1, text + "\n") }
    static func error(_ text: String) { write(2, text + "\n") }

    private static func write(_ descriptor: Int32, _ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Options of a command line: `--name value`, `--flag`, and what is left.
struct Options {
    private(set) var values: [String: [String]] = [:]
    private(set) var rest: [String] = []

    /// - Throws: `UsageProblem` for an unknown option or one without its value.
    init(_ arguments: [String], taking valued: Set<String>, flags: Set<String> = []) throws {
        var at = arguments.startIndex
        while at < arguments.endIndex {
            let word = arguments[at]
            at += 1
            guard word.hasPrefix("--") else {
                rest.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
            let name = parts.first ?? ""
            if flags.contains(name) {
                values[name, default: []].append("")
            } else if valued.contains(name) {
                if parts.count > 1 {
                    values[name, default: []].append(parts[1])
                } else if at < arguments.endIndex {
                    values[name, default: []].append(arguments[at])
                    at += 1
                } else {
                    throw UsageProblem("--\(name) needs a value")
                }
            } else {
                throw UsageProblem("there is no option \"\(word)\"")
            }
        }
    }

    subscript(name: String) -> String? { values[name]?.last }
    func has(_ name: String) -> Bool { values[name] != nil }
}

/// Runs an asynchronous body on a loop while the calling thread waits.
enum LoopRun {
    static func wait<T: Sendable>(on loop: EventLoop, _ body: @escaping @Sendable () async throws -> T) throws -> T {
        let outcome = Mutex<Result<T, any Error>?>(nil)
        // Safe: a semaphore is made for several threads; it outlives the task, since this thread waits for it.
        nonisolated(unsafe) let done = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(done, 0, 0)
        defer {
            sem_destroy(done)
            done.deallocate()
        }
        loop.execute {
            loop.startTask {
                let result: Result<T, any Error>
                do { result = .success(try await body()) } catch { result = .failure(error) }
                outcome.withLock { $0 = result }
                sem_post(done)
            }
        }
        while sem_wait(done) != 0 {}
        guard let result = outcome.withLock({ $0 }) else { throw UsageProblem("the task ended without a result") }
        return try result.get()
    }
}

import Glibc
import Testing

/// Feeds a parser for a time, or a number of inputs. The input at work stands in `.build/fuzz/NAME.input`, its number in `NAME.at`, so that
/// it is known even after a crash.
///
/// `FUZZ_SECONDS` sets the time for each parser (without it: a few inputs, always the same), `FUZZ_SEED` repeats a run, `FUZZ_AT` one input
/// of it.
struct FuzzRun {
    let name: String
    let mutator: Mutator
    /// One input may take so many seconds of processor time (in a debug build).
    var slowest = 5.0
    private let seconds = FuzzRun.number("FUZZ_SECONDS")
    private let only = FuzzRun.number("FUZZ_AT")

    /// - Parameter parse: must return for any input; throws what it finds broken.
    func run(_ parse: ([UInt8]) throws -> Void) throws {
        let seed = Self.number("FUZZ_SEED") ?? (seconds == nil ? 1 : UInt64.random(in: 0..<1_000_000_000))
        let folder = "\(root)/.build/fuzz"
        for path in ["\(root)/.build", folder] { mkdir(path, 0o755) }
        let (inputFile, numberFile) = (try Self.file("\(folder)/\(name).input"), try Self.file("\(folder)/\(name).at"))
        defer {
            close(inputFile)
            close(numberFile)
        }
        if seconds != nil { print("fuzz \(name): FUZZ_SEED=\(seed); the input at work is \(folder)/\(name).input, FUZZ_AT is in \(name).at") }
        let end = Self.clock(CLOCK_MONOTONIC) + Double(seconds ?? 0)
        if let seconds { alarm(UInt32(clamping: seconds * 3 + 120)) }  // an endless loop ends the process, with the input in its file
        defer { alarm(0) }
        var iteration = only ?? 0
        var longest = (seconds: 0.0, iteration: UInt64(0))
        repeat {
            var random = Randomness(seed: seed, at: iteration)
            let input = mutator.input(&random)
            Self.keep(input, in: inputFile)
            Self.keep(Array("\(iteration)\n".utf8), in: numberFile)
            let started = Self.clock(CLOCK_THREAD_CPUTIME_ID)
            do {
                try parse(input)
            } catch {
                throw FuzzFailure(name: name, seed: seed, iteration: iteration, what: "\(error)", input: input)
            }
            let took = Self.clock(CLOCK_THREAD_CPUTIME_ID) - started
            if took > slowest { throw FuzzFailure(name: name, seed: seed, iteration: iteration, what: "took \(took) s", input: input) }
            if took > longest.seconds { longest = (took, iteration) }
            iteration += 1
        } while only == nil && (seconds == nil ? iteration < 3000 : Self.clock(CLOCK_MONOTONIC) < end)
        if seconds != nil { print("fuzz \(name): \(iteration) inputs, the slowest \(longest.seconds) s (FUZZ_AT=\(longest.iteration))") }
    }

    private var root: String { #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") }

    private static func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

    private static func file(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0, "\(path) can be written")
        return descriptor
    }

    private static func keep(_ bytes: [UInt8], in file: Int32) {
        ftruncate(file, bytes.count)
        _ = pwrite(file, bytes, bytes.count, 0)
    }

    private static func clock(_ id: clockid_t) -> Double {
        var now = timespec()
        clock_gettime(id, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}

struct FuzzFailure: Error, CustomStringConvertible {
    let name: String
    let seed: UInt64
    let iteration: UInt64
    let what: String
    let input: [UInt8]

    var description: String {
        "\(name), FUZZ_SEED=\(seed) FUZZ_AT=\(iteration): \(what)\ninput (\(input.count) bytes): \(String(decoding: input.prefix(2000), as: UTF8.self).debugDescription)"
    }
}

/// What must hold of a parsed value and does not.
struct BrokenLaw: Error, CustomStringConvertible {
    let description: String
}

import Glibc
import Synchronization
import Telemetry
import Testing

extension LogKey {
    fileprivate static let port = LogKey("port")
    fileprivate static let value = LogKey("value")
}

/// Keeps the lines of a sink whose clock stands still.
private final class Capture: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined() } }

    func sink(threshold: LogLevel? = .trace, style: LogSink.Style = .json, milliseconds: Int = 1_767_261_600_123) -> LogSink {
        LogSink(threshold: threshold, style: style, now: { WallClock.Instant(milliseconds: milliseconds) }) { line in
            self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
    }
}

@Suite struct LoggerTests {
    @Test func `writes one JSON object a line with request and generation`() {
        let capture = Capture()
        let log = Logger(capture.sink()).request("r-1", generation: 7)
        log.info("listening", [.port: 8055, .value: .list(["a", "\""])])
        log.error("failed", [.value: .number(1.5)])
        #expect(
            capture.text == """
                {"time":"2026-01-01T10:00:00.123Z","level":"info","message":"listening","request_id":"r-1","generation":7,"port":8055,"value":["a","\\""]}
                {"time":"2026-01-01T10:00:00.123Z","level":"error","message":"failed","request_id":"r-1","generation":7,"value":1.5}

                """)
    }

    @Test func `writes text for people`() {
        let capture = Capture()
        let log = Logger(capture.sink(style: .text(coloured: false))).with([.generation: 1])
        log.notice("applied", [.port: 1, .value: "two words"])
        #expect(capture.text == "10:00:00.123 NOTICE  applied port=1 value=\"two words\" generation=1\n")
    }

    @Test func `does not evaluate what it does not write`() {
        let capture = Capture()
        func costly() -> LogFields {
            Issue.record("evaluated")
            return [:]
        }
        Logger(capture.sink(threshold: .warning)).info("quiet", costly())
        Logger(capture.sink(threshold: nil)).error("quiet", costly())
        #expect(capture.text.isEmpty)
    }

    // Attack H7: a value can't forge a line, colour the terminal or turn the reading direction.
    @Test(arguments: [
        ("a\nb", #"a\nb"#), ("a\r\nb\tc", #"a\r\nb\tc"#), ("\u{1B}[31mred", #"\u001b[31mred"#), ("\0\u{7}\u{7F}", #"\u0000\u0007\u007f"#),
        ("\u{85}\u{9B}1m", #"\u0085\u009b1m"#), ("\u{2028}\u{2029}", #"\u2028\u2029"#), ("\u{202E}cod", #"\u202ecod"#),
        ("\u{2066}\u{200F}\u{FEFF}", #"\u2066\u200f\ufeff"#), ("naïve 日本 🎈", "naïve 日本 🎈"), (#"say "hi" \ there"#, #"say \"hi\" \\ there"#),
    ]) func `escapes control characters`(_ value: String, _ written: String) {
        let json = Capture()
        Logger(json.sink()).info("m", [.value: .text(value)])
        #expect(json.text == #"{"time":"2026-01-01T10:00:00.123Z","level":"info","message":"m","value":"\#(written)"}"# + "\n")
        let text = Capture()
        Logger(text.sink(style: .text(coloured: false))).info("m", [.value: .text(value)])
        #expect(text.text.unicodeScalars.filter { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E } == ["\n"])
    }

    @Test func `cuts very long values`() {
        let capture = Capture()
        Logger(capture.sink()).info("m", [.value: .text(String(repeating: "é", count: 100_000))])
        #expect(capture.text.utf8.count < LogValue.maximumTextBytes + 200)
        #expect(capture.text.hasSuffix("é…\"}\n"))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ]) func `writes the time in UTC`(_ milliseconds: Int, _ text: String) {
        let capture = Capture()
        Logger(capture.sink(milliseconds: milliseconds)).info("m")
        #expect(capture.text == #"{"time":"\#(text)","level":"info","message":"m"}"# + "\n")
    }

    @Test func `knows levels by name`() {
        #expect(LogLevel(name: "WARN") == .warning)
        #expect(LogLevel(name: "fatal") == .error)
        #expect(LogLevel(name: "loud") == nil)
        #expect(LogLevel.allCases.allSatisfy { LogLevel(name: $0.name) == $0 })
        #expect(LogLevel.debug < .error)
    }
}

@Suite struct DescriptorTests {
    private func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        return (ends[0], ends[1])
    }

    private func drain(_ descriptor: Int32) -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer[0..<count]
        }
    }

    @Test func `writes at once to the descriptor`() throws {
        let (readEnd, writeEnd) = try pipe()
        defer {
            close(readEnd)
            close(writeEnd)
        }
        Logger(LogSink(descriptor: writeEnd, threshold: .info)).info("here")
        #expect(drain(readEnd).hasSuffix("\"level\":\"info\",\"message\":\"here\"}\n"))
    }

    @Test func `drops lines of a full pipe and says how many`() throws {
        let (readEnd, writeEnd) = try pipe()
        defer {
            close(readEnd)
            close(writeEnd)
        }
        let log = Logger(LogSink(descriptor: writeEnd, threshold: .info))
        let long = String(repeating: "x", count: 15_000)
        for _ in 0..<6 { log.info("long", [.value: .text(long)]) }
        let before = drain(readEnd).split(separator: "\n")
        log.info("after")
        let lines = before + drain(readEnd).split(separator: "\n")
        let whole = lines.count { $0.contains("\"message\":\"long\"") && $0.hasSuffix("}") }
        let dropped = lines.compactMap { line in
            line.contains("\"lines dropped\"") ? line.split(separator: ":").last.flatMap { Int($0.dropLast()) } : nil
        }
        #expect(whole + dropped.reduce(0, +) == 6 && whole == 4)
        #expect(lines.last?.contains("\"message\":\"after\"") == true)
    }
}

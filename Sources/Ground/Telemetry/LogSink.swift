/// Where log lines go: one place a process, shared by all threads.
/// - Shape: each line is formatted, then handed over whole, newline included, by one call at a time.
package final class LogSink: Sendable {
    /// JSON objects for machines, text for people.
    package enum Style: Sendable {
        case json
        case text(coloured: Bool)
    }

    private let threshold: LogLevel?
    package let style: Style
    private let now: @Sendable () -> WallClock.Instant
    private let deliver: @Sendable (_ line: [UInt8]) -> Void

    /// - Parameters:
    ///   - threshold: lines below it are not written; nil writes none.
    ///   - now: the clock, for tests.
    ///   - deliver: takes one line; called on any thread, by several at once.
    package init(
        threshold: LogLevel?, style: Style, now: @escaping @Sendable () -> WallClock.Instant = WallClock.now,
        deliver: @escaping @Sendable (_ line: [UInt8]) -> Void
    ) {
        self.threshold = threshold
        self.style = style
        self.now = now
        self.deliver = deliver
    }

    /// Lines go straight to a file descriptor (2 is the standard error), by one `write` each: nothing is lost when the process is killed.
    /// The descriptor is not closed.
    /// - Parameter style: nil chooses coloured text on a terminal and JSON elsewhere.
    package convenience init(descriptor: Int32, threshold: LogLevel?, style: Style? = nil) {
        let output = LineOutput(descriptor: descriptor)
        self.init(threshold: threshold, style: style ?? (output.isTerminal ? .text(coloured: true) : .json)) { output.write($0) }
    }

    package func writes(_ level: LogLevel) -> Bool {
        guard let threshold else { return false }
        return level >= threshold
    }

    func write(_ level: LogLevel, _ message: StaticString, _ context: LogFields, _ fields: LogFields) {
        let line = LogLine(instant: now(), level: level, message: message, context: context, fields: fields)
        switch style {
        case .json: deliver(line.json())
        case .text(let coloured): deliver(line.text(coloured: coloured))
        }
    }
}

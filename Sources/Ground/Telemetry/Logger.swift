/// Writes lines to a sink, with the request and the generation they belong to. A small value: pass it, copy it, add to it.
///
/// The message is a constant of our source; what varies stands under keys, so that lines can be counted and searched:
///
///     log.info("listening", [.host: .text(host), .port: 8055])
package struct Logger: Sendable {
    package let sink: LogSink
    private var context: LogFields

    package init(_ sink: LogSink) {
        self.sink = sink
        context = LogFields()
    }

    /// The same logger, with more on every line.
    package func with(_ fields: LogFields) -> Logger {
        var copy = self
        copy.context = context + fields
        return copy
    }

    /// The logger of one request.
    package func request(_ id: String, generation: Int) -> Logger {
        with([.requestID: .text(id), .generation: .integer(generation)])
    }

    /// Whether a line of this level is written; ask before costly work for a line.
    package func writes(_ level: LogLevel) -> Bool { sink.writes(level) }

    /// `fields` is not evaluated where the level is not written.
    package func log(_ level: LogLevel, _ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) {
        guard sink.writes(level) else { return }
        sink.write(level, message, context, fields())
    }

    package func trace(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) { log(.trace, message, fields()) }
    package func debug(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) { log(.debug, message, fields()) }
    package func info(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) { log(.info, message, fields()) }
    package func notice(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) { log(.notice, message, fields()) }
    package func warning(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) { log(.warning, message, fields()) }
    package func error(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) { log(.error, message, fields()) }
}

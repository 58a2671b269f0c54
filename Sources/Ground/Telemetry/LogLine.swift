/// One line before it is text.
struct LogLine {
    let instant: WallClock.Instant
    let level: LogLevel
    let message: StaticString
    let context: LogFields
    let fields: LogFields

    /// `{"time":"…","level":"info","message":"…",…}`: context first, then the fields. A key that occurs twice is written twice.
    func json() -> [UInt8] {
        var out = LogText()
        out.append("{\"time\":\"")
        instant.append(to: &out)
        out.append("\",\"level\":\"")
        out.append(level.name)
        out.append("\",\"message\":\"")
        out.appendEscaped(message.description, quoting: true)
        out.append("\"")
        for (key, value) in context.pairs + fields.pairs {
            out.append(",\"")
            out.appendEscaped(key.name, quoting: true)
            out.append("\":")
            appendJSON(value, to: &out)
        }
        out.append("}\n")
        return out.bytes
    }

    /// `10:00:00.123 INFO    listening port=8055`: time of day in UTC, for people at a terminal.
    func text(coloured: Bool) -> [UInt8] {
        var out = LogText()
        if coloured { out.append("\u{1B}[2m") }
        instant.appendTimeOfDay(to: &out)
        if coloured { out.append("\u{1B}[0m\(LogLine.colour(of: level))") }
        let name = level.name.uppercased()
        out.append(" \(name)")
        if coloured { out.append("\u{1B}[0m") }
        out.append(String(repeating: " ", count: 8 - name.count))
        out.appendEscaped(message.description, quoting: false)
        for (key, value) in fields.pairs + context.pairs {
            out.append(coloured ? " \u{1B}[2m" : " ")
            out.append(key.name)
            out.append(coloured ? "=\u{1B}[0m" : "=")
            appendPlain(value, to: &out)
        }
        out.append("\n")
        return out.bytes
    }

    private func appendJSON(_ value: LogValue, to out: inout LogText) {
        switch value {
        case .text(let text):
            out.append("\"")
            out.appendEscaped(text, quoting: true)
            out.append("\"")
        case .integer(let integer): out.append(String(integer))
        case .number(let number): out.append(number.isFinite ? "\(number)" : "\"\(number)\"")
        case .boolean(let boolean): out.append(boolean ? "true" : "false")
        case .list(let texts):
            out.append("[")
            for (index, text) in texts.enumerated() {
                out.append(index > 0 ? ",\"" : "\"")
                out.appendEscaped(text, quoting: true)
                out.append("\"")
            }
            out.append("]")
        }
    }

    private func appendPlain(_ value: LogValue, to out: inout LogText) {
        switch value {
        case .text(let text):
            let bare = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
            if !bare { out.append("\"") }
            out.appendEscaped(text, quoting: !bare)
            if !bare { out.append("\"") }
        case .integer, .number, .boolean, .list: appendJSON(value, to: &out)
        }
    }

    private static func colour(of level: LogLevel) -> String {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info: "\u{1B}[32m"
        case .notice: "\u{1B}[36m"
        case .warning: "\u{1B}[33m"
        case .error: "\u{1B}[31m"
        }
    }
}

import SchemaModel
import Telemetry

/// Why saved files were not applied -> log lines. Without row data.
enum FilesLog {
    private static let shownMistakes = 50

    static func write(_ error: any Error, to log: Logger) {
        switch error {
        case let problems as SchemaProblems:
            for diagnostic in problems.diagnostics.prefix(shownMistakes) { write(diagnostic, to: log) }
            log.error("schema not applied", [LogKey("mistakes"): .integer(problems.errorCount)])
        case let refusal as MigrationRefusal:
            var fields: LogFields = [.reason: .text(refusal.summary)]
            if let command = refusal.command { fields.append(LogKey("command"), .text(command)) }
            log.error("schema not applied", fields)
        default: log.error("schema not applied", [.reason: .text("\(error)")])
        }
    }

    private static func write(_ diagnostic: Diagnostic, to log: Logger) {
        let level: LogLevel = diagnostic.severity == .error ? .error : .warning
        let text = diagnostic.message + (diagnostic.hint.map { " (\($0))" } ?? "")
        log.log(
            level, "mistake in the schema files",
            [
                .path: .text(diagnostic.location.file), LogKey("line"): .integer(diagnostic.location.line),
                LogKey("column"): .integer(diagnostic.location.column), .code: .text(diagnostic.code), .reason: .text(text),
            ])
    }
}

import Glibc
import SchemaModel
import Telemetry

/// Variables of the process and of `.env`, read once. The process wins; `NAME_FILE` names a file that holds the value.
///
/// - Problems are collected, so that all are reported together.
struct EnvironmentReader {
    private let variables: [String: String]
    private(set) var problems: [String] = []
    private var asked: Set<String> = []
    /// What was asked for, as `kerege config` shows it: secrets hidden, and what counts where nothing is given in brackets unless it is a value.
    private(set) var shown: [(name: String, value: String)] = []

    init(process: [String: String], dotEnv: [String: String]) {
        variables = dotEnv.merging(process) { $1 }
    }

    static func current(folder: String) throws -> EnvironmentReader {
        var process: [String: String] = [:]
        var at = environ
        while let entry = at.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") { process[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
            at += 1
        }
        let given = process["CONFIG_PATH"]
        let text = FileText.read(given ?? "\(folder)/.env")
        var reader = EnvironmentReader(process: process, dotEnv: text.map(DotEnv.parse) ?? [:])
        if let given, text == nil { reader.report("CONFIG_PATH names \"\(given)\", which can't be read") }
        return reader
    }

    /// All variables, for `${NAME}` in schema files.
    var all: [String: String] { variables }

    /// Variables with our prefix that nobody has asked for, each with the one that may have been meant. Only after everything is read.
    var unknown: [String] {
        let prefix = "KEREGE_"
        return variables.keys.filter { $0.hasPrefix(prefix) && !asked.contains($0) }.sorted().map { name in
            let near = Spelling.nearest(to: name, among: asked.filter { $0.hasPrefix(prefix) && !$0.hasSuffix("_FILE") }.sorted())
            return "\(name) is no variable that is known\(near.map { "; did you mean \($0)?" } ?? "")"
        }
    }

    /// The value as given, without the prefix that says its type.
    mutating func variable(_ name: String) -> String? {
        asked.formUnion([name, "\(name)_FILE"])
        guard let value = given(name) else { return nil }
        do throws(ValueCast.Fault) {
            return try ValueCast.read(value)
        } catch {
            problems.append("\(name) \(error.words)")
            return nil
        }
    }

    private mutating func given(_ name: String) -> String? {
        if let value = variables[name] { return value }
        guard let path = variables["\(name)_FILE"] else { return nil }
        guard let text = FileText.read(path) else {
            problems.append("\(name)_FILE names \"\(path)\", which can't be read")
            return nil
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    mutating func show(_ name: String, _ value: String) { shown.append((name, value)) }

    mutating func text(_ name: String, default standard: String? = nil) -> String? {
        let value = variable(name) ?? standard
        show(name, value ?? "")
        return value
    }

    /// - Parameter otherwise: what happens where none is given: "generated at the first start".
    mutating func secret(_ name: String, otherwise: String = "none") -> Secret<String>? {
        let value = variable(name)
        show(name, value == nil ? "[\(otherwise)]" : "[redacted]")
        return value.map { Secret($0) }
    }

    mutating func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) -> Int {
        let value = variable(name)
        guard let value else {
            show(name, String(standard))
            return standard
        }
        show(name, value)
        guard let number = Int(value), range.contains(number) else {
            problems.append("\(name)=\(value) has to be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return standard
        }
        return number
    }

    /// A bound that may be absent: `-1`, `Infinity` and nothing mean none.
    mutating func bound(_ name: String) -> Int? {
        let value = variable(name)
        show(name, value ?? "[none]")
        guard let value, !value.isEmpty, value != "-1", value.lowercased() != "infinity" else { return nil }
        guard let number = Int(value), number >= 0 else {
            problems.append("\(name)=\(value) has to be a whole number, or -1 for no bound")
            return nil
        }
        return number
    }

    mutating func choice<T: RawRepresentable & CaseIterable>(_ name: String, default standard: T) -> T where T.RawValue == String {
        let value = variable(name)
        show(name, value ?? standard.rawValue)
        guard let value else { return standard }
        guard let found = T(rawValue: value) else {
            problems.append("\(name)=\(value) has to be one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
            return standard
        }
        return found
    }

    /// `1mb`, `512kb`, `1048576`.
    mutating func bytes(_ name: String, default standard: String) -> Int {
        let value = variable(name)
        show(name, value ?? standard)
        if let value, let bytes = EnvironmentReader.bytes(value) { return bytes }
        if let value { problems.append("\(name)=\(value) has to be a size such as 512kb, 1mb or 1048576") }
        return EnvironmentReader.bytes(standard) ?? 1_048_576
    }

    /// A size, or none.
    mutating func optionalBytes(_ name: String) -> Int? {
        let value = variable(name)
        show(name, value ?? "[none]")
        guard let value, !value.isEmpty else { return nil }
        if let bytes = EnvironmentReader.bytes(value) { return bytes }
        problems.append("\(name)=\(value) has to be a size such as 512kb, 1mb or 1048576")
        return nil
    }

    private static func bytes(_ text: String) -> Int? {
        let text = text.lowercased()
        let units: [(String, Int)] = [("gb", 1 << 30), ("mb", 1 << 20), ("kb", 1 << 10), ("b", 1), ("", 1)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let number = Double(text.dropLast(unit.count)), number >= 0, number * Double(factor) < 1e15 else { return nil }
            return Int(number * Double(factor))
        }
        return nil
    }

    mutating func report(_ problem: String) { problems.append(problem) }
}

import Glibc

/// Variables of the process and of `.env`, read once. The process wins; `NAME_FILE` names a file that holds the value.
///
/// - Problems are collected, so that all are reported together.
struct EnvironmentReader {
    private let variables: [String: String]
    private(set) var problems: [String] = []
    /// What was asked for, with where the value came from, for `kerege config`.
    private(set) var asked: [(name: String, value: String, isSecret: Bool)] = []

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
        let path = process["CONFIG_PATH"] ?? "\(folder)/.env"
        let text = FileText.read(path)
        return EnvironmentReader(process: process, dotEnv: text.map(DotEnv.parse) ?? [:])
    }

    /// All variables, for `${NAME}` in schema files.
    var all: [String: String] { variables }

    private mutating func raw(_ name: String) -> String? {
        if let value = variables[name] { return value }
        guard let path = variables["\(name)_FILE"] else { return nil }
        guard let text = FileText.read(path) else {
            problems.append("\(name)_FILE names \"\(path)\", which can't be read")
            return nil
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    mutating func text(_ name: String, default standard: String? = nil, isSecret: Bool = false) -> String? {
        let value = raw(name)
        asked.append((name, value ?? standard ?? "", isSecret))
        return value ?? standard
    }

    mutating func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) -> Int {
        let value = raw(name)
        guard let value else {
            asked.append((name, String(standard), false))
            return standard
        }
        asked.append((name, value, false))
        guard let number = Int(value), range.contains(number) else {
            problems.append("\(name)=\(value) has to be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return standard
        }
        return number
    }

    /// A bound that may be absent: `-1`, `Infinity` and nothing mean none.
    mutating func bound(_ name: String) -> Int? {
        let value = raw(name)
        asked.append((name, value ?? "none", false))
        guard let value, value != "-1", value.lowercased() != "infinity" else { return nil }
        guard let number = Int(value), number >= 0 else {
            problems.append("\(name)=\(value) has to be a whole number, or -1 for no bound")
            return nil
        }
        return number
    }

    mutating func choice<T: RawRepresentable & CaseIterable>(_ name: String, default standard: T) -> T where T.RawValue == String {
        let value = raw(name)
        asked.append((name, value ?? standard.rawValue, false))
        guard let value else { return standard }
        guard let found = T(rawValue: value) else {
            problems.append("\(name)=\(value) has to be one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
            return standard
        }
        return found
    }

    /// `1mb`, `512kb`, `1048576`.
    mutating func bytes(_ name: String, default standard: String) -> Int {
        let value = raw(name)
        asked.append((name, value ?? standard, false))
        if let value, let bytes = EnvironmentReader.bytes(value) { return bytes }
        if let value { problems.append("\(name)=\(value) has to be a size such as 512kb, 1mb or 1048576") }
        return EnvironmentReader.bytes(standard) ?? 1_048_576
    }

    /// A size, or none.
    mutating func optionalBytes(_ name: String) -> Int? {
        let value = raw(name)
        asked.append((name, value ?? "none", false))
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

/// `NAME=value` lines; `#` begins a comment, quotes around a value are taken off, `export` before a name is allowed.
enum DotEnv {
    static func parse(_ text: String) -> [String: String] {
        var out: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            var line = line.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("export ") { line = line.dropFirst(7) }
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
            let name = line[..<equals].filter { $0 != " " }
            out[name] = value(line[line.index(after: equals)...])
        }
        return out
    }

    private static func value(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        if let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote { return String(text.dropFirst().dropLast()) }
        if let comment = text.firstIndex(of: "#"), comment > text.startIndex, text[text.index(before: comment)] == " " {
            text = text[..<comment]
            while text.last == " " { text = text.dropLast() }
        }
        return String(text)
    }
}

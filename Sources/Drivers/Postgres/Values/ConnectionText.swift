internal import CLibPQ
package import Telemetry

/// Where a database is, as an admin writes it (`postgresql://…` or `host=… dbname=…`), read by libpq itself without connecting.
package enum ConnectionText {
    /// Why it can't be used. Names at most what is no secret.
    package enum Fault: Error, Sendable, Equatable {
        /// `mysql` of `mysql://…`
        case foreignScheme(String)
        /// Neither a URL nor keywords: `localhost:5432/site`.
        case noForm
        case malformed
        /// The word may be a piece of a password that is not quoted: to be compared with the known ones, not shown.
        case unknownOption(Secret<String>, known: [String])
        case badPort
        case badValue(option: String, allowed: [String])
    }

    /// - Returns: as keywords, secrets hidden.
    /// - Source: PostgreSQL, "Connection Strings" and "Parameter Key Words".
    package static func shown(_ text: Secret<String>) throws(Fault) -> String {
        let given = try options(of: text.reveal())
        for (name, value, _) in given { try check(name, value) }
        return given.map { "\($0.name)=\($0.isSecret ? "[redacted]" : quoted($0.value))" }.joined(separator: " ")
    }

    private static func options(of text: String) throws(Fault) -> [(name: String, value: String, isSecret: Bool)] {
        if let scheme = text.firstRange(of: "://").map({ String(text[..<$0.lowerBound]) }), !scheme.contains(where: { " ='".contains($0) }),
            scheme != "postgresql", scheme != "postgres"
        {
            throw .foreignScheme(scheme)
        }
        if !text.contains("="), !text.contains("://") {
            // The bare name of a database; other signs are of an address.
            guard text.utf8.allSatisfy({ !":/@ ".utf8.contains($0) }) else { throw .noForm }
            return [("dbname", text, false)]
        }
        guard !text.utf8.contains(0) else { throw .malformed }
        var complaint: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(text, &complaint) else {
            defer { PQfreemem(complaint) }
            throw fault(complaint.map { String(cString: $0) } ?? "")
        }
        defer { PQconninfoFree(parsed) }
        return list(parsed).compactMap { option in option.value.map { (option.name, $0, option.isSecret) } }
    }

    private static func list(_ first: UnsafeMutablePointer<PQconninfoOption>) -> [(name: String, value: String?, isSecret: Bool)] {
        var out: [(name: String, value: String?, isSecret: Bool)] = []
        var option = first
        while let name = option.pointee.keyword {
            let isSecret = option.pointee.dispchar.map { String(cString: $0) == "*" } ?? false
            out.append((String(cString: name), option.pointee.val.map { String(cString: $0) }, isSecret))
            option += 1
        }
        return out
    }

    /// libpq quotes the word that it doesn't know.
    private static func fault(_ complaint: String) -> Fault {
        guard ["invalid connection option", "invalid URI query parameter"].contains(where: { complaint.contains($0) }) else { return .malformed }
        let words = complaint.split(separator: "\"", omittingEmptySubsequences: false)
        guard words.count > 1, let defaults = PQconndefaults() else { return .malformed }
        defer { PQconninfoFree(defaults) }
        return .unknownOption(Secret(String(words[1])), known: list(defaults).map(\.name))
    }

    private static func check(_ name: String, _ value: String) throws(Fault) {
        if name == "port" {
            for port in value.split(separator: ",", omittingEmptySubsequences: false) where !port.isEmpty {
                guard let number = Int(port), (1...65_535).contains(number) else { throw .badPort }
            }
        }
        if let allowed = choices[name], !value.isEmpty, !allowed.contains(value) { throw .badValue(option: name, allowed: allowed) }
    }

    /// What libpq would refuse only when it connects.
    private static let choices = [
        "sslmode": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "target_session_attrs": ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"],
        "gssencmode": ["disable", "prefer", "require"],
    ]

    private static func quoted(_ value: String) -> String {
        if !value.isEmpty, !value.contains(where: { " '\\".contains($0) }) { return value }
        return "'" + value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}

/// Compares defaults as PostgreSQL prints them, by what they mean: `'0'::bigint` and `0`, `now()` and `CURRENT_TIMESTAMP` are equal.
enum DefaultText {
    static func isSame(_ a: DefaultModel?, _ b: DefaultModel?) -> Bool {
        if case .expression(let a) = a, case .expression(let b) = b, a.isSame(as: b) || b.isSame(as: a) { return true }
        return switch (meaning(a), meaning(b)) {
        case (nil, nil): true
        case (let a?, let b?): a == b
        case (nil, _?), (_?, nil): false
        }
    }

    /// The value is the same for all rows of one statement, so adding the column needs no rewrite.
    static func isStable(_ text: String) -> Bool {
        let plain = stripped(text)
        return isLiteral(plain) || stableFunctions.contains(plain.lowercased())
    }

    /// The constant that a default is: its text without quotes and casts; `.some(nil)` for NULL, nil for what is no constant.
    static func literal(_ text: String) -> String?? {
        let plain = stripped(text)
        guard isLiteral(plain) else { return nil }
        if plain.uppercased() == "NULL" { return .some(nil) }
        return plain.hasPrefix("'") ? unquoted(plain) : plain
    }

    private static func meaning(_ value: DefaultModel?) -> String? {
        switch value {
        case nil: return nil
        case .sequence, .identity: return "\u{1}auto"
        case .expression(let expression):
            let plain = stripped(expression.text)
            if plain.uppercased() == "NULL" { return nil }
            if stableFunctions.contains(plain.lowercased()) {
                let lower = plain.lowercased()
                return lower == "now()" || lower == "transaction_timestamp()" ? "current_timestamp" : lower
            }
            if plain.hasPrefix("'"), isLiteral(plain) { return unquoted(plain) }
            return plain
        }
    }

    private static let stableFunctions: Set<String> = [
        "current_timestamp", "now()", "transaction_timestamp()", "current_date", "localtimestamp", "current_time", "localtime", "current_user",
    ]

    /// Without the casts at the end and the brackets around: `('0'::bigint)` is `'0'`.
    private static func stripped(_ text: String) -> String {
        var text = text[...]
        while text.first == "(", text.last == ")", isBalanced(text.dropFirst().dropLast()) { text = text.dropFirst().dropLast() }
        while let cast = lastCast(in: text) { text = text[..<cast] }
        while text.first == "(", text.last == ")", isBalanced(text.dropFirst().dropLast()) { text = text.dropFirst().dropLast() }
        return String(text)
    }

    /// Where a cast that ends the text begins: `::` outside of quotes and brackets, followed by the name of a type alone.
    private static func lastCast(in text: Substring) -> Substring.Index? {
        var quoted = false
        var depth = 0
        var found: Substring.Index?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            let next = text.index(after: index)
            if character == "'" { quoted.toggle() }
            if !quoted {
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                if character == ":", depth == 0, next < text.endIndex, text[next] == ":" { found = index }
            }
            index = next
        }
        guard let found else { return nil }
        let type = text[found...].dropFirst(2)
        return type.allSatisfy { $0.isLetter || $0.isNumber || " _()[],.\"".contains($0) } ? found : nil
    }

    private static func isBalanced(_ text: Substring) -> Bool {
        var depth = 0
        var quoted = false
        for character in text {
            if character == "'" { quoted.toggle() }
            guard !quoted else { continue }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0 && !quoted
    }

    private static func isLiteral(_ text: String) -> Bool {
        if ["true", "false", "null"].contains(text.lowercased()) { return true }
        if Double(text) != nil { return true }
        guard text.count >= 2, text.first == "'", text.last == "'" else { return false }
        let inner = text.dropFirst().dropLast()
        return !inner.replacingDoubledQuotes.contains("'")
    }

    private static func unquoted(_ text: String) -> String {
        let inner = text.dropFirst().dropLast()
        let value = inner.replacingDoubledQuotes.map { $0 == "\u{1}" ? "'" : $0 }
        return String(value)
    }
}

extension Substring {
    /// `''` becomes one U+0001.
    fileprivate var replacingDoubledQuotes: String {
        var out = ""
        var index = startIndex
        while index < endIndex {
            let next = self.index(after: index)
            if self[index] == "'", next < endIndex, self[next] == "'" {
                out.append("\u{1}")
                index = self.index(after: next)
            } else {
                out.append(self[index])
                index = next
            }
        }
        return out
    }
}

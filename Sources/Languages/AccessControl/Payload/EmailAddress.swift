/// What counts as an e-mail address in payloads (contract/system.md, section 4).
package enum EmailAddress {
    /// Domains that no mail reaches (RFC 2606).
    private static let reserved: Set<String> = ["example", "invalid", "localhost", "test"]

    /// One `@`, a local part of dot-separated words (64 bytes at most), a domain of two labels or more that ends with a name, 254 bytes in all.
    /// Letters of every script are allowed; quoted local parts, comments and address literals are not.
    package static func isValid(_ text: String) -> Bool {
        guard text.utf8.count <= 254, let at = text.lastIndex(of: "@") else { return false }
        let local = text[..<at]
        let domain = text[text.index(after: at)...]
        guard (1...64).contains(local.utf8.count), local.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isWord) else {
            return false
        }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(isLabel), let last = labels.last?.lowercased() else { return false }
        return last.count >= 2 && !last.allSatisfy(\.isNumber) && !reserved.contains(last)
    }

    private static func isWord(_ word: Substring) -> Bool {
        !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                isLetterOrDigit(scalar) || "!#$%&'*+/=?^_`{|}~-".unicodeScalars.contains(scalar)
            }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-" else { return false }
        return label.unicodeScalars.allSatisfy { isLetterOrDigit($0) || $0 == "-" }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }
}

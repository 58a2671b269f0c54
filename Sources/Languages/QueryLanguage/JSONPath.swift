package import SchemaModel

/// The second argument of `json(field, path)`: `variants[0].sku`.
///
/// - Shape: names and indexes from the outside in; `text` as written, without blanks around it.
/// - Errors: `INVALID_QUERY` with the recorded reasons: missing path, unsupported expression (wildcards, `$`, empty brackets, empty names,
///   indexes that are no plain number), more steps than the limit.
/// - Source: contract/items.md, 2.15.
package struct JSONPath: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case member(String)
        case index(Int)
    }

    package let text: String
    package let steps: [Step]

    static let formatMessage = "Invalid json() syntax: requires json(field, path) format"
    private static let unsupported = WireError.invalidQuery("Invalid json() syntax: unsupported path expression")

    /// - Parameter limit: steps allowed.
    package init(parsing text: some StringProtocol, limit: Int) throws(WireError) {
        let trimmed = QueryText.trimmed(Substring(text))
        if trimmed.isEmpty { throw .invalidQuery("Invalid json() syntax: missing path") }
        self.text = String(trimmed)
        var steps: [Step] = []
        for (position, part) in trimmed.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).enumerated() {
            try JSONPath.append(Array(part), isFirst: position == 0, to: &steps)
        }
        if steps.count > limit { throw .invalidQuery("JSON path depth (\(steps.count)) exceeds allowed maximum of \(limit)") }
        self.steps = steps
    }

    /// One part between dots: a name, then indexes. Only the first part may lack the name (`[0].sku`).
    private static func append(_ part: [UInt8], isFirst: Bool, to steps: inout [Step]) throws(WireError) {
        let open = UInt8(ascii: "[")
        let bracket = part.firstIndex(of: open) ?? part.endIndex
        let name = part[..<bracket]
        for byte in name where byte < 0x20 || byte == 0x7F || JSONPath.refused.contains(byte) { throw unsupported }
        if name.isEmpty && !(isFirst && bracket < part.endIndex) { throw unsupported }
        if !name.isEmpty { steps.append(.member(String(decoding: name, as: UTF8.self))) }
        var rest = part[bracket...]
        while rest.first == open {
            guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { throw unsupported }
            let digits = rest[(rest.startIndex + 1)..<close]
            guard (1...9).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let index = Int(String(decoding: digits, as: UTF8.self))
            else { throw unsupported }
            steps.append(.index(index))
            rest = rest[(close + 1)...]
        }
        if !rest.isEmpty { throw unsupported }
    }

    private static let refused = Array("*?@$]\"'\\".utf8)

    /// `meta`, `variants[0].sku` -> `meta_variants_0_sku_json`: runs of `. , [ ]` and blanks become one underscore.
    func key(after field: String) -> String {
        var out = Array(field.utf8)
        var gap = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), 0x20: gap = true
            default:
                if gap { out.append(UInt8(ascii: "_")) }
                gap = false
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self) + "_json"
    }
}

/// A column's type as `format_type` prints it: `character varying(255)`, `numeric(10,5)`, `timestamp(3) with time zone`, `geometry(Point,4326)`.
package struct TypeText: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }

    /// The text without what stands in the brackets: `character varying`, `timestamp with time zone`; `integer[]` keeps its brackets.
    package var base: String {
        guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")") else { return text }
        return String(text[..<open] + text[text.index(after: close)...])
    }

    /// The whole numbers in the brackets, when that is all they hold: `[10, 5]`; empty without brackets.
    package var arguments: [Int] {
        guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")") else { return [] }
        let parts = text[text.index(after: open)..<close].split(separator: ",")
        let numbers = parts.compactMap { Int($0.drop { $0 == " " }) }
        return numbers.count == parts.count ? numbers : []
    }

    package var isArray: Bool { text.hasSuffix("[]") }
}

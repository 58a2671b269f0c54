package import SchemaModel

/// A path as `fields`, `sort` and `groupBy` write it: `author.country.name`, `sections.item:headings.title`, `author.year(birthday)`.
///
/// - Shape: the names before the function, in order, and the function if there is one; both spellings of a function on a related field
///   (`author.year(birthday)`, `year(author.birthday)`) are the same value. Without a function the last name is the field.
/// - Errors: `INVALID_QUERY` for malformed parentheses, nested functions and `json()` arguments. Whether names exist is not asked.
/// - Source: contract/items.md, 2.4 and 2.15.
package struct FieldPath: Sendable, Equatable {
    package var segments: [Segment]
    package var function: Function?

    package struct Segment: Sendable, Equatable {
        package var name: String
        /// The collection of `item:headings`.
        package var scope: String?

        init(_ text: Substring) {
            if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
                name = String(text[..<colon])
                scope = String(text[text.utf8.index(after: colon)...])
            } else {
                name = String(text)
            }
        }

        /// As written.
        package var text: String { scope.map { "\(name):\($0)" } ?? name }
    }

    package enum Function: Sendable, Equatable {
        case plain(name: String, argument: String)
        case json(argument: String, path: JSONPath)

        /// The key of the answer: `date_year`, `meta_a_b_json`.
        package var key: String {
            switch self {
            case .plain(let name, let argument): "\(argument)_\(name)"
            case .json(let argument, let path): path.key(after: argument)
            }
        }
    }

    /// - Parameter parameter: named in messages (`fields`).
    package static func parse(_ text: String, in parameter: String = "fields", limits: QueryLimits) throws(WireError) -> FieldPath {
        guard let open = text.utf8.firstIndex(of: UInt8(ascii: "(")) else { return FieldPath(segments: names(text[...]), function: nil) }
        var segments = names(text[..<open])
        let name = segments.popLast()?.text ?? ""
        // `(select 1)` calls nothing: a name like any other, and unknown.
        if name.isEmpty { return FieldPath(segments: names(text[...]), function: nil) }
        let argument = try argument(of: text[text.utf8.index(after: open)...], function: name, parameter: parameter)
        if name == "json" { return try json(argument, below: segments, limits: limits) }
        if argument.isEmpty { throw .invalidQuery("Missing argument of function \"\(name)\" in \"\(parameter)\"") }
        if argument.unicodeScalars.contains(where: { $0.properties.isWhitespace }) {
            throw .invalidQuery("Blanks are not allowed in the argument of function \"\(name)\" in \"\(parameter)\"")
        }
        segments += names(argument)
        let field = segments.popLast()?.text ?? ""
        return FieldPath(segments: segments, function: .plain(name: name, argument: field))
    }

    private static func json(_ argument: Substring, below segments: [Segment], limits: QueryLimits) throws(WireError) -> FieldPath {
        guard let comma = argument.utf8.firstIndex(of: UInt8(ascii: ",")) else { throw .invalidQuery(JSONPath.formatMessage) }
        let field = QueryText.trimmed(argument[..<comma])
        if field.isEmpty { throw .invalidQuery(JSONPath.formatMessage) }
        let path = try JSONPath(parsing: argument[argument.utf8.index(after: comma)...], limit: limits.jsonDepth)
        var segments = segments + names(field)
        let name = segments.popLast()?.text ?? ""
        return FieldPath(segments: segments, function: .json(argument: name, path: path))
    }

    private static func names(_ text: Substring) -> [Segment] {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Segment(Substring($0)) }
    }

    /// - Parameter rest: what follows the opening parenthesis; must end with the closing one.
    private static func argument(of rest: Substring, function: String, parameter: String) throws(WireError) -> Substring {
        var opened = 0
        var closed = 0
        for byte in rest.utf8 {
            if byte == UInt8(ascii: "(") { opened += 1 }
            if byte == UInt8(ascii: ")") { closed += 1 }
        }
        if closed < opened + 1 { throw .invalidQuery("Missing closing parenthesis in \"\(parameter)\"") }
        if opened > 0 { throw .invalidQuery("Nested functions are not supported in \"\(parameter)\"") }
        guard closed == 1, rest.utf8.last == UInt8(ascii: ")") else {
            throw .invalidQuery("Text after the closing parenthesis of \"\(function)\" in \"\(parameter)\"")
        }
        return Substring(rest.utf8.dropLast())
    }
}

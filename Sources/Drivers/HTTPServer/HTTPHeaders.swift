/// The headers of a request, read in place: a value becomes a `String` only when it is asked for.
///
/// - Shape: in the order they came; names are compared without regard to case, values have no blanks around them.
/// - Values may hold bytes beyond ASCII; what is not UTF-8 is replaced by U+FFFD in `String`s.
/// - `Content-Length`, `Transfer-Encoding` and `Host` stand at most once: the server has refused anything else.
package struct HTTPHeaders: Sendable {
    private let head: RequestHead

    init(_ head: RequestHead) { self.head = head }

    package var count: Int { head.parsed.fields.count }

    /// The first value under a name.
    package func first(_ name: String) -> String? {
        field(name).map { head.text($0.value) }
    }

    /// All values under a name, in order.
    package func all(_ name: String) -> [String] {
        var name = name
        return name.withUTF8 { name in
            head.parsed.fields.filter { head.matches($0.name, UnsafeRawBufferPointer(name)) }.map { head.text($0.value) }
        }
    }

    package func contains(_ name: String) -> Bool { field(name) != nil }

    /// Gives `body` the bytes of the first value under a name, without a copy (a token looked up in a cache); nil when there is none.
    /// The bytes are valid during the call only.
    package func withBytes<R>(of name: String, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R? {
        guard let field = field(name) else { return nil }
        return try body(head.bytes(field.value))
    }

    /// Every header, in order.
    package func forEach(_ body: (_ name: String, _ value: String) throws -> Void) rethrows {
        for field in head.parsed.fields { try body(head.text(field.name), head.text(field.value)) }
    }

    private func field(_ name: String) -> ParsedHead.Field? {
        var name = name
        return name.withUTF8 { name in
            for field in head.parsed.fields where head.matches(field.name, UnsafeRawBufferPointer(name)) { return field }
            return nil
        }
    }
}

/// A value that never shows itself: not in descriptions, dumps, mirrors or log lines. `reveal()` is the one way to it.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    package func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// `==` stops at the first difference: fine for configuration, not for what a client sends (Digests: `constantTimeEquals`).
extension Secret: Equatable where Value: Equatable {}

extension Secret: ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral, ExpressibleByStringLiteral
where Value == String {
    package init(stringLiteral value: String) { self.init(value) }
}

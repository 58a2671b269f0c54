package import SchemaModel

/// A definition file as read: its path as messages show it, and its text.
package struct SourceFile: Sendable, Equatable {
    package var path: String
    package var text: String

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// - Throws: `not-utf-8`, with the line of the first bad byte.
    package init(path: String, bytes: [UInt8]) throws(Diagnostic) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let repaired = String(decoding: bytes, as: UTF8.self)
            let before = repaired.unicodeScalars.prefix { $0 != "\u{FFFD}" }
            let line = before.reduce(1) { $1 == "\n" ? $0 + 1 : $0 }
            throw Diagnostic(code: "not-utf-8", message: "the file is not UTF-8", at: SourceLocation(file: path, line: line, column: 1))
        }
        self.path = path
        self.text = text
    }
}

/// SQL that an admin wrote in a schema file (`{ sql: "…" }`), with the place it came from. Never enters query text.
package struct AuthoredSQL: Sendable, Hashable {
    package let text: String
    package let origin: String

    package init(text: String, origin: String) {
        self.text = text
        self.origin = origin
    }
}

/// Text of a data definition statement. DDL takes no binds, so values are quoted literals here. Does not convert to or from `SQLFragment`.
package struct DDLText: Sendable, Hashable, ExpressibleByStringInterpolation {
    package private(set) var text: String

    package init() { text = "" }
    package init(stringLiteral value: StaticString) { text = value.description }
    package init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    package static func + (left: DDLText, right: DDLText) -> DDLText {
        var out = left
        out.text += right.text
        return out
    }

    package static func += (left: inout DDLText, right: DDLText) { left.text += right.text }

    package struct Interpolation: StringInterpolationProtocol {
        var text = ""
        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity + interpolationCount * 16) }
        package mutating func appendLiteral(_ literal: StaticString) { text += literal.description }
        package mutating func appendInterpolation(_ identifier: SQLIdentifier) { text += identifier.quoted }
        package mutating func appendInterpolation(_ ddl: DDLText) { text += ddl.text }
        package mutating func appendInterpolation(_ authored: AuthoredSQL) { text += authored.text }
        package mutating func appendInterpolation(_ number: Int) { text += String(number) }
        package mutating func appendInterpolation(_ type: SQLType) { text += type.text }

        /// A quoted literal: `'it''s'`; an `E''` string where it holds a backslash.
        package mutating func appendInterpolation(literal value: String) { text += DDLText.quote(value) }
    }

    static func quote(_ value: String) -> String {
        var out = value.utf8.contains(UInt8(ascii: "\\")) ? " E'" : "'"
        for scalar in value.unicodeScalars where scalar != "\0" {
            if scalar == "'" || scalar == "\\" { out.unicodeScalars.append(scalar) }
            out.unicodeScalars.append(scalar)
        }
        return out + "'"
    }
}

extension Sequence where Element == DDLText {
    package func joined(separator: DDLText) -> DDLText {
        var out = DDLText()
        var first = true
        for element in self {
            if !first { out += separator }
            out += element
            first = false
        }
        return out
    }
}

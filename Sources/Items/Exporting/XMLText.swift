import JSONText

/// A value as XML below the root `data`: a row an element `data`, a member an element of its name, a list that element repeated.
///
/// What can't be an element's name is made one with underscores; characters that XML doesn't know become U+FFFD.
enum XMLText {
    private static let mark: StaticString = "<?xml version='1.0'?>\n"

    /// What is no list.
    static func text(of value: JSONValue) -> ByteBuffer {
        var writer = ByteWriter()
        writer.append(mark)
        writer.append(element: "data", value, level: 0)
        return writer.finish()
    }

    // MARK: a list, row by row

    static func begin(_ writer: inout ByteWriter) {
        writer.append(mark)
        writer.append("<data>" as StaticString)
    }

    static func append(row: JSONValue, to writer: inout ByteWriter) {
        for (name, value) in XMLName.flat("data", row) {
            writer.newLine(1)
            writer.append(element: name, value, level: 1)
        }
    }

    static func end(_ writer: inout ByteWriter, isEmpty: Bool) {
        if isEmpty {
            writer.append(mark)
            writer.append("<data/>" as StaticString)
        } else {
            writer.append("\n</data>" as StaticString)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func append(element name: String, _ value: JSONValue, level: Int) {
        switch value {
        case .object(let members): append(element: name, children: members.map { (XMLName.name($0.key), $0.value) }, level: level)
        case .null: append(element: name, text: "null")
        case .bool(let flag): append(element: name, text: flag ? "true" : "false")
        case .number(let number): append(element: name, text: number.text)
        case .string(let text): append(element: name, text: text)
        case .array(let values): append(element: name, children: values.map { (name, $0) }, level: level)
        }
    }

    fileprivate mutating func append(element name: String, children: [(name: String, value: JSONValue)], level: Int) {
        let children = children.flatMap { child in XMLName.flat(child.name, child.value) }
        append("<\(name)" as String)
        if children.isEmpty { return append("/>" as StaticString) }
        append(UInt8(ascii: ">"))
        for child in children {
            newLine(level + 1)
            append(element: child.name, child.value, level: level + 1)
        }
        newLine(level)
        append("</\(name)>" as String)
    }

    private mutating func append(element name: String, text: String) {
        append("<\(name)>" as String)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;" as StaticString)
            case "<": append("&lt;" as StaticString)
            case ">" where last == UInt8(ascii: "]"): append("&gt;" as StaticString)
            case "\r": append("&#xD;" as StaticString)
            default: append(String(XMLName.isCharacter(scalar) ? scalar : "\u{FFFD}"))
            }
        }
        append("</\(name)>" as String)
    }

    fileprivate mutating func newLine(_ level: Int) {
        append(UInt8(ascii: "\n"))
        for _ in 0..<level { append("    " as StaticString) }
    }
}

private enum XMLName {
    /// Lists have no element of their own: their elements take the list's name, at any depth.
    static func flat(_ name: String, _ value: JSONValue) -> [(name: String, value: JSONValue)] {
        guard case .array(let values) = value else { return [(name, value)] }
        return values.flatMap { flat(name, $0) }
    }

    /// A name by XML 1.0, production 5, without the colon.
    static func name(_ key: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in key.unicodeScalars {
            if scalars.isEmpty, !isStart(scalar) { scalars.append("_") }
            if isStart(scalar) || isInside(scalar) {
                scalars.append(scalar)
            } else if !scalars.elementsEqual("_".unicodeScalars) {
                scalars.append("_")
            }
        }
        return scalars.isEmpty ? "_" : String(scalars)
    }

    private static func isStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D,
            0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        default: false
        }
    }

    private static func isInside(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: false
        }
    }

    static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

import JSONText
import Testing

/// JSON strings against a writer that takes one byte after the other.
@Suite struct JSONStringTests {
    @Test(
        "every byte at every place of texts of all lengths up to three blocks",
        arguments: [UInt8(0x00), 0x08, 0x0A, 0x1F, 0x20, 0x22, 0x23, 0x5C, 0x7F, 0x80, 0xDC, 0xFF])
    func escapesAnywhere(byte: UInt8) {
        for length in [1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 63, 64, 65, 71, 72, 73, 128, 131] {
            for place in 0..<length {
                var text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                text[place] = byte
                #expect(written(text) == naive(text), "byte \(byte) at \(place) of \(length)")
            }
        }
    }

    @Test("any two bytes beside each other, wherever a word ends")
    func neighbours() {
        let special: [UInt8] = [0x00, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA0, 0xA2, 0xDC, 0xFF]
        for place in [0, 1, 6, 7, 8, 14, 15, 62, 63, 64, 70] {
            for first in special {
                for second in special {
                    var text = [UInt8](repeating: UInt8(ascii: "b"), count: 74)
                    text[place] = first
                    text[place + 1] = second
                    #expect(written(text) == naive(text))
                }
            }
        }
    }

    @Test("texts in which all is escaped outgrow what was reserved for them")
    func growth() {
        for length in [0, 1, 7, 8, 63, 64, 65, 1_000] {
            for byte in [UInt8(1), 0x22] {
                let text = [UInt8](repeating: byte, count: length)
                #expect(written(text) == naive(text))
            }
        }
    }

    @Test("members: names and values of all short lengths")
    func members() {
        for nameLength in 0...40 {
            for length in 0...40 {
                let name = (0..<nameLength).map { UInt8(0x41 + $0) }
                let value = (0..<length).map { UInt8(0x61 + $0 % 26) }
                #expect(
                    made { writer in name.withUnsafeBufferPointer { name in value.withUnsafeBufferPointer { writer.append(name, raw: $0) } } } == name
                        + value)
                #expect(
                    made { writer in name.withUnsafeBufferPointer { name in value.withUnsafeBufferPointer { writer.append(name, quoted: $0) } } }
                        == name + [0x22] + value + [0x22])
                #expect(
                    made { writer in name.withUnsafeBufferPointer { name in value.withUnsafeBufferPointer { writer.append(name, text: $0) } } }
                        == name + naive(value))
            }
        }
    }

    @Test(
        "instants have three digits behind the point",
        arguments: [
            ("2024-01-31 12:45:00", "2024-01-31T12:45:00.000Z"), ("2024-01-31 12:45:00.1", "2024-01-31T12:45:00.100Z"),
            ("2024-01-31 12:45:00.12", "2024-01-31T12:45:00.120Z"), ("2024-01-31 12:45:00.123", "2024-01-31T12:45:00.123Z"),
            ("2024-01-31 12:45:00.123456", "2024-01-31T12:45:00.123Z"),
        ])
    func instants(text: String, instant: String) {
        let bytes = Array(text.utf8)
        #expect(made { writer in bytes.withUnsafeBufferPointer { writer.appendInstant(withoutZone: $0) } } == Array("\"\(instant)\"".utf8))
    }

    /// By a writer that has no room to begin with.
    private func made(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter(capacity: 0)
        write(&writer)
        return writer.finish().bytes
    }

    private func written(_ text: [UInt8]) -> [UInt8] {
        made { writer in text.withUnsafeBufferPointer { writer.appendJSON($0) } }
    }

    private func naive(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x22]
        for byte in text {
            switch byte {
            case 0x22: out += Array("\\\"".utf8)
            case 0x5C: out += Array("\\\\".utf8)
            case 0x08: out += Array("\\b".utf8)
            case 0x09: out += Array("\\t".utf8)
            case 0x0A: out += Array("\\n".utf8)
            case 0x0C: out += Array("\\f".utf8)
            case 0x0D: out += Array("\\r".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        return out + [0x22]
    }
}

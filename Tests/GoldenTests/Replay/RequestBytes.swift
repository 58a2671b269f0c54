import Digests
import JSONText

/// The exact bytes of recorded requests (their length matters where limits are tested).
enum RequestBytes {
    private static let safe = Set("/?&=[]:,*$%+@!~'();-._|#".utf8)

    /// Path and query with everything percent-encoded that the recorder encoded.
    static func target(_ path: String) -> String {
        var out = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                out.unicodeScalars.append(UnicodeScalar(byte))
            case _ where safe.contains(byte): out.unicodeScalars.append(UnicodeScalar(byte))
            default: out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }

    /// JSON as the recorder wrote it: `, ` and `: ` between, everything beyond ASCII escaped.
    static func json(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let number): number.text
        case .string(let text): quoted(text)
        case .array(let elements): "[" + elements.map(json).joined(separator: ", ") + "]"
        case .object(let members): "{" + members.map { quoted($0.key) + ": " + json($0.value) }.joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: out += "\\\""
            case 0x5C: out += "\\\\"
            case 0x0A: out += "\\n"
            case 0x0D: out += "\\r"
            case 0x09: out += "\\t"
            case 0x08: out += "\\b"
            case 0x0C: out += "\\f"
            case 0x20...0x7E: out.unicodeScalars.append(UnicodeScalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return out + "\""
    }

    /// A multipart form; parts are `{name, filename?, type?, base64 | value}`.
    static func multipart(_ parts: [JSONValue], variables: Variables) -> (type: String, body: [UInt8]) {
        let edge = "----kerege-golden-edge"
        var body: [UInt8] = []
        for part in parts {
            var head = "--\(edge)\r\nContent-Disposition: form-data; name=\"\(part["name"]?.string ?? "")\""
            if let name = part["filename"]?.string {
                head += "; filename=\"\(name)\"\r\nContent-Type: \(part["type"]?.string ?? "application/octet-stream")"
            }
            body += Array((head + "\r\n\r\n").utf8)
            if let text = part["base64"]?.string {
                body += base64(text)
            } else if let value = part["value"] {
                body += Array(variables.plainText(variables.fill(value)).utf8)
            }
            body += Array("\r\n".utf8)
        }
        return ("multipart/form-data; boundary=" + edge, body + Array("--\(edge)--\r\n".utf8))
    }

    private static func base64(_ text: String) -> [UInt8] {
        let safe = text.filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
        return Base64URL.decode(String(safe)) ?? []
    }
}

/// A `Content-Disposition` that no file name can break out of (attacks P8, H5; RFC 6266).
enum ContentDisposition {
    enum Kind: String {
        case inline, attachment
    }

    /// Letters of Latin-1 stand as they are; beyond them `?`, with the whole name beside in UTF-8.
    static func text(_ kind: Kind, filename: String) -> String {
        var plain = ""
        var isExact = true
        for scalar in filename.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: plain += "\\\(scalar)"
            case 0x20...0x7E, 0xA0...0xFF: plain.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7F..<0xA0: plain += " "
            default:
                plain += "?"
                isExact = false
            }
        }
        let name = "\(kind.rawValue); filename=\"\(plain)\""
        return isExact ? name : "\(name); filename*=UTF-8''\(percentCoded(filename))"
    }

    private static func percentCoded(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                if "!#$&+-.^_`|~".utf8.contains(byte) {
                    out.unicodeScalars.append(Unicode.Scalar(byte))
                } else {
                    let digits = String(byte, radix: 16, uppercase: true)
                    out += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
                }
            }
        }
        return out
    }
}

extension UInt8 {
    @inline(__always)
    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    @inline(__always)
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    @inline(__always)
    var isHexDigit: Bool { isDigit || (lowercased >= 0x61 && lowercased <= 0x66) }

    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// What RFC 9110 allows in a header's value: printable characters, blanks, and bytes beyond ASCII.
    @inline(__always)
    var isFieldCharacter: Bool { (self >= 0x20 && self != 0x7F) || self == 0x09 }

    /// RFC 9110's `tchar`: what methods and header names are made of.
    @inline(__always)
    var isTokenCharacter: Bool {
        let bit: UInt64 = 1 << UInt64(self & 63)
        switch self >> 6 {
        case 0: return 0x03FF_6CFA_0000_0000 & bit != 0  // ! # $ % & ' * + - . 0-9
        case 1: return 0x57FF_FFFF_C7FF_FFFE & bit != 0  // A-Z ^ _ ` a-z | ~
        default: return false
        }
    }

    /// Letters, digits and the marks of RFC 3986's `reg-name`, percent signs included.
    @inline(__always)
    var isHostCharacter: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"): true
        default: isDigit || (lowercased >= 0x61 && lowercased <= 0x7A)
        }
    }
}

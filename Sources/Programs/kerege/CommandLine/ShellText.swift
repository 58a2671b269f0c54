/// Commands to paste into a shell.
enum ShellText {
    /// A word as it is where that is safe, else in single quotes.
    static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy(isPlainByte)
        return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// This program, as it was called, with arguments.
    static func command(_ arguments: [String]) -> String { ([Program.name] + arguments).map(word).joined(separator: " ") }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "_-./:,+@%".utf8.contains(byte)
        }
    }
}

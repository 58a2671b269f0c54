/// Checks what handlers put into the head of an answer, where a line end would split it in two.
enum HeaderText: Equatable {
    case fine
    /// A header the server writes itself.
    case ours
    /// The value without control bytes.
    case cleaned(String)
    case badName

    static func check(name: String, value: String) -> HeaderText {
        var name = name
        let nameIsFine = name.withUTF8 { !$0.isEmpty && $0.allSatisfy(\.isTokenCharacter) }
        guard nameIsFine else { return .badName }
        if isOurs(name) { return .ours }
        var value = value
        // The library refuses tabs, though HTTP allows them.
        let valueIsFine = value.withUTF8 { $0.allSatisfy { $0.isFieldCharacter && $0 != 0x09 } }
        guard !valueIsFine else { return .fine }
        return .cleaned(String(decoding: value.utf8.map { $0.isFieldCharacter && $0 != 0x09 ? $0 : 0x20 }, as: UTF8.self))
    }

    private static func isOurs(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.lowercased() == "date"
        case 10: name.lowercased() == "connection"
        case 14: name.lowercased() == "content-length"
        case 17: name.lowercased() == "transfer-encoding"
        default: false
        }
    }
}

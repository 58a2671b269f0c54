import AccessControl

/// Names of stored bytes. They are made by the server from a row's key alone: `<id><ext>`; derived files are `<id>__…`.
///
/// What a client writes into `filename_disk` never becomes a path (attack G1): bytes are found by the key of the row they belong to.
package enum StoredName {
    /// Bytes of a file that is being received.
    static let temporaryPrefix = ".upload-"

    /// - Parameters:
    ///   - id: the row's key: a UUID in lower case.
    ///   - suffix: with its dot, or empty.
    package static func make(id: String, suffix: String) -> String { id + suffix }

    /// New bytes of a row, until its transaction has ended: `<id>__new-<milliseconds>`.
    /// - Parameter moment: the row's `uploaded_on` from that transaction on.
    static func arriving(id: String, at moment: Moment) -> String { "\(id)\(arrivingMark)\(moment.milliseconds)" }

    static func isArriving(_ name: String) -> Bool { name.dropFirst(36).hasPrefix(arrivingMark) }

    private static let arrivingMark = "__new-"

    /// Whether a name may stand for the original bytes of a row.
    package static func isOriginal(_ name: String, of id: String) -> Bool {
        guard name.hasPrefix(id), name.utf8.count <= 128 else { return false }
        let rest = name.utf8.dropFirst(id.utf8.count)
        return rest.isEmpty || (rest.first == UInt8(ascii: ".") && rest.dropFirst().allSatisfy(isPlain))
    }

    /// Whether a name belongs to a row: its bytes or what was made of them.
    static func belongs(_ name: String, to id: String) -> Bool {
        isOriginal(name, of: id) || name.hasPrefix("\(id)__")
    }

    /// The extension of a file name as Node's `path.extname` tells it: with its dot; `.` for a name that ends in one; empty without.
    ///
    /// Only letters, digits, `-` and `_`, at most 32 of them, else empty.
    package static func suffix(of filename: String) -> String {
        guard let dot = filename.utf8.lastIndex(of: UInt8(ascii: ".")), dot > filename.utf8.startIndex else { return "" }
        let suffix = filename.utf8[dot...]
        guard suffix.count <= 33, suffix.dropFirst().allSatisfy(isPlain) else { return "" }
        return String(suffix) ?? ""
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}

/// A part's headers, as far as an upload needs them.
package struct MultipartPart: Sendable, Equatable {
    package let name: String
    /// nil = a text part. As sent; may be empty or a path.
    package let filename: String?
    /// The part's content type without parameters.
    package let type: String?

    package init(name: String, filename: String?, type: String?) {
        self.name = name
        self.filename = filename
        self.type = type
    }

    /// - Parameter head: header lines without the empty one.
    /// - Returns: nil for a line that is no header, a control byte, or no `Content-Disposition: form-data` with a name.
    init?(head: ArraySlice<UInt8>) {
        var disposition: HeaderParameters?
        var type: String?
        var lines = 0
        for line in head.split(separator: 0x0A) {
            lines += 1
            // All but the last line end in CR; any other control byte has no place here.
            let line = line.last == 0x0D ? line.dropLast() : line
            guard lines <= 32, let colon = line.firstIndex(of: UInt8(ascii: ":")), line.first != 0x20, line.first != 0x09,
                line.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 })
            else { return nil }
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition": disposition = HeaderParameters(value)
            case "content-type": type = HeaderParameters(value).value
            default: continue
            }
        }
        guard let disposition, disposition.value.lowercased() == "form-data", let name = disposition["name"] else { return nil }
        self.init(name: name, filename: disposition.extended("filename") ?? disposition["filename"], type: type)
    }
}

import JSONText

/// The directories of a TIFF file, or of the Exif data of another image.
struct TIFFReader {
    private struct Entry {
        let type: Int
        let count: Int
        /// Where the value, or the pointer to it, stands.
        let at: Int
    }

    private let source: ByteSource
    private let isLittle: Bool
    private let first: [Int: Entry]

    init?(_ source: ByteSource) {
        self.source = source
        isLittle = source.holds("II*\0", at: 0)
        guard isLittle || source.holds("MM\0*", at: 0), let offset = source.integer(at: 4, bytes: 4, isLittle: isLittle),
            let first = TIFFReader.directory(source, at: offset, isLittle)
        else { return nil }
        self.first = first
    }

    /// A TIFF file's own size.
    var facts: ImageFacts? {
        guard let width = first[0x100].flatMap(integer), let height = first[0x101].flatMap(integer) else { return nil }
        return oriented(ImageFacts(width: width, height: height))
    }

    /// With the metadata, and the sides swapped for the orientations 5 to 8.
    func oriented(_ facts: ImageFacts) -> ImageFacts {
        var facts = facts
        if let orientation = first[0x112].flatMap(integer), (5...8).contains(orientation) { swap(&facts.width, &facts.height) }
        facts.metadata = metadata
        return facts
    }

    private var metadata: JSONObject {
        var camera = JSONObject()
        camera["Make"] = first[0x10F].flatMap(text)
        camera["Model"] = first[0x110].flatMap(text)
        var exposure = JSONObject()
        if let offset = first[0x8769].flatMap(integer), let exif = TIFFReader.directory(source, at: offset, isLittle) {
            exposure["FNumber"] = exif[0x829D].flatMap(rational)
            exposure["ExposureTime"] = exif[0x829A].flatMap(rational)
            exposure["FocalLength"] = exif[0x920A].flatMap(rational)
            exposure["ISOSpeedRatings"] = exif[0x8827].flatMap(integer).map { .integer($0) }
        }
        var metadata = JSONObject()
        if !camera.isEmpty { metadata["ifd0"] = .object(camera) }
        if !exposure.isEmpty { metadata["exif"] = .object(exposure) }
        return metadata
    }

    private static func directory(_ source: ByteSource, at offset: Int, _ isLittle: Bool) -> [Int: Entry]? {
        guard let count = source.integer(at: offset, bytes: 2, isLittle: isLittle), count <= 1_000 else { return nil }
        var entries: [Int: Entry] = [:]
        for index in 0..<count {
            let at = offset + 2 + index * 12
            guard let tag = source.integer(at: at, bytes: 2, isLittle: isLittle),
                let type = source.integer(at: at + 2, bytes: 2, isLittle: isLittle),
                let values = source.integer(at: at + 4, bytes: 4, isLittle: isLittle)
            else { return nil }
            if entries[tag] == nil { entries[tag] = Entry(type: type, count: values, at: at + 8) }
        }
        return entries
    }

    private func integer(_ entry: Entry) -> Int? {
        switch entry.type {
        case 3: source.integer(at: entry.at, bytes: 2, isLittle: isLittle)
        case 4: source.integer(at: entry.at, bytes: 4, isLittle: isLittle)
        default: nil
        }
    }

    private func text(_ entry: Entry) -> JSONValue? {
        guard entry.type == 2, (1...1_024).contains(entry.count) else { return nil }
        let at = entry.count <= 4 ? entry.at : source.integer(at: entry.at, bytes: 4, isLittle: isLittle)
        guard let at, let bytes = source.bytes(at: at, entry.count) else { return nil }
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        return text.isEmpty ? nil : .string(text)
    }

    private func rational(_ entry: Entry) -> JSONValue? {
        guard entry.type == 5, let at = source.integer(at: entry.at, bytes: 4, isLittle: isLittle),
            let above = source.integer(at: at, bytes: 4, isLittle: isLittle),
            let below = source.integer(at: at + 4, bytes: 4, isLittle: isLittle), below > 0
        else { return nil }
        return .number(JSONNumber(Double(above) / Double(below)))
    }
}

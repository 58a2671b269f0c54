package import JSONText

/// What an image's own headers say. Reads a few hundred bytes; decodes nothing.
///
/// - Source: PNG 3rd edition; GIF89a; RFC 9649 (WebP); ITU T.81 with Exif 2.3; TIFF 6.0; ISO 23008-12 (AVIF's `ispe`).
package struct ImageFacts: Sendable, Equatable {
    /// Pixels, as shown: swapped where the orientation says so.
    package var width: Int
    package var height: Int
    /// `{"ifd0": {"Make", "Model"}, "exif": {…}}`: what `FILE_METADATA_ALLOW_LIST` has by default; empty when there is none.
    package var metadata: JSONObject

    package init(width: Int, height: Int, metadata: JSONObject = JSONObject()) {
        self.width = width
        self.height = height
        self.metadata = metadata
    }

    /// Content types that have facts.
    package static let types: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/avif"]

    /// - Returns: nil for anything that is none of those images, or broken.
    package init?(bytes: [UInt8]) { self.init(source: ByteSource(bytes)) }

    init?(source: ByteSource) {
        let facts: ImageFacts?
        if source.bytes(at: 0, 8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] {
            facts = ImageFacts.png(source)
        } else if source.bytes(at: 0, 3) == [0xFF, 0xD8, 0xFF] {
            facts = ImageFacts.jpeg(source)
        } else if source.holds("GIF8", at: 0) {
            facts = ImageFacts.gif(source)
        } else if source.holds("RIFF", at: 0), source.holds("WEBP", at: 8) {
            facts = ImageFacts.webp(source)
        } else if source.holds("II*\0", at: 0) || source.holds("MM\0*", at: 0) {
            facts = TIFFReader(source)?.facts
        } else if source.holds("ftyp", at: 4) {
            facts = ImageFacts.avif(source)
        } else {
            facts = nil
        }
        guard let facts, (1...1_000_000_000).contains(facts.width), (1...1_000_000_000).contains(facts.height) else { return nil }
        self = facts
    }

    private static func png(_ source: ByteSource) -> ImageFacts? {
        guard source.holds("IHDR", at: 12), let width = source.integer(at: 16, bytes: 4), let height = source.integer(at: 20, bytes: 4) else {
            return nil
        }
        return ImageFacts(width: width, height: height)
    }

    private static func gif(_ source: ByteSource) -> ImageFacts? {
        guard let width = source.integer(at: 6, bytes: 2, isLittle: true), let height = source.integer(at: 8, bytes: 2, isLittle: true) else {
            return nil
        }
        return ImageFacts(width: width, height: height)
    }

    private static func webp(_ source: ByteSource) -> ImageFacts? {
        if source.holds("VP8X", at: 12), let width = source.integer(at: 24, bytes: 3, isLittle: true),
            let height = source.integer(at: 27, bytes: 3, isLittle: true)
        {
            return ImageFacts(width: width + 1, height: height + 1)
        }
        if source.holds("VP8L", at: 12), let bits = source.integer(at: 21, bytes: 4, isLittle: true) {
            return ImageFacts(width: (bits & 0x3FFF) + 1, height: (bits >> 14 & 0x3FFF) + 1)
        }
        guard source.holds("VP8 ", at: 12), let width = source.integer(at: 26, bytes: 2, isLittle: true),
            let height = source.integer(at: 28, bytes: 2, isLittle: true)
        else { return nil }
        return ImageFacts(width: width & 0x3FFF, height: height & 0x3FFF)
    }

    /// From segment to segment up to the frame header, at most 1,000 of them.
    private static func jpeg(_ source: ByteSource) -> ImageFacts? {
        var at = 2
        var exif: TIFFReader?
        for _ in 0..<1_000 {
            guard let head = source.integer(at: at, bytes: 2), head >> 8 == 0xFF else { return nil }
            let marker = head & 0xFF
            if marker == 0xFF {
                at += 1
                continue
            }
            guard let length = source.integer(at: at + 2, bytes: 2), length >= 2 else { return nil }
            switch marker {
            case 0xC4, 0xC8, 0xCC: break
            case 0xC0...0xCF:
                guard let height = source.integer(at: at + 5, bytes: 2), let width = source.integer(at: at + 7, bytes: 2) else { return nil }
                let facts = ImageFacts(width: width, height: height)
                return exif.map { $0.oriented(facts) } ?? facts
            case 0xE1 where exif == nil && source.holds("Exif\0\0", at: at + 4):
                exif = source.bytes(at: at + 10, max(0, length - 8)).flatMap { TIFFReader(ByteSource($0)) }
            case 0xD9, 0xDA: return nil
            default: break
            }
            at += 2 + length
        }
        return nil
    }

    /// The size property of the first item, in the first 64 KB.
    private static func avif(_ source: ByteSource) -> ImageFacts? {
        guard source.holds("avif", at: 8) || source.holds("avis", at: 8) || source.holds("mif1", at: 8),
            let head = source.bytes(at: 0, min(source.count, 65_536))
        else { return nil }
        let name = Array("ispe".utf8)
        guard let at = head.indices.first(where: { head[$0] == name[0] && head[$0...].starts(with: name) }),
            let width = source.integer(at: at + 8, bytes: 4), let height = source.integer(at: at + 12, bytes: 4)
        else { return nil }
        return ImageFacts(width: width, height: height)
    }
}

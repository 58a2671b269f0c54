import CZlib
import JSONText

/// Format and size of an image, and the colour of its first pixel where that is easy to tell (PNG of at most 8 bits).
enum ImageProbe {
    /// - Returns: `{"format", "width"?, "height"?, "first"?}`; nil for bytes of an unknown kind, format `broken` for a cut image.
    static func describe(_ bytes: [UInt8]) -> JSONValue? {
        let reader = Reader(bytes: bytes)
        do throws(Cut) {
            if reader.has("\u{89}PNG\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) }, at: 0) { return try png(reader) }
            if reader.has([0xFF, 0xD8, 0xFF], at: 0) { return try jpeg(reader) }
            if reader.has(Array("GIF8".utf8), at: 0) {
                return size("gif", width: try reader.little(2, at: 6), height: try reader.little(2, at: 8))
            }
            if reader.has(Array("RIFF".utf8), at: 0), reader.has(Array("WEBP".utf8), at: 8) { return try webp(reader) }
            if reader.has(Array("ftyp".utf8), at: 4) {
                guard let at = bytes.firstRange(of: Array("ispe".utf8))?.lowerBound else { throw Cut() }
                return size("avif", width: try reader.big(4, at: at + 8), height: try reader.big(4, at: at + 12))
            }
            if reader.has(Array("II*\0".utf8), at: 0) || reader.has(Array("MM\0*".utf8), at: 0) { return ["format": "tiff"] }
            return nil
        } catch {
            return ["format": "broken"]
        }
    }

    private struct Cut: Error {}

    private struct Reader {
        let bytes: [UInt8]

        func has(_ mark: [UInt8], at: Int) -> Bool { bytes.count >= at + mark.count && bytes[at..<(at + mark.count)].elementsEqual(mark) }

        func big(_ count: Int, at: Int) throws(Cut) -> Int { try slice(count, at: at).reduce(0) { $0 << 8 | Int($1) } }

        func little(_ count: Int, at: Int) throws(Cut) -> Int { try slice(count, at: at).reversed().reduce(0) { $0 << 8 | Int($1) } }

        func slice(_ count: Int, at: Int) throws(Cut) -> ArraySlice<UInt8> {
            guard count >= 0, at >= 0, bytes.count - at >= count else { throw Cut() }
            return bytes[at..<(at + count)]
        }
    }

    private static func size(_ format: String, width: Int, height: Int) -> JSONValue {
        ["format": .string(format), "width": .integer(width), "height": .integer(height)]
    }

    private static func jpeg(_ reader: Reader) throws(Cut) -> JSONValue {
        var at = 2
        while true {
            let marker = try reader.big(1, at: at + 1)
            if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC { break }
            at += 2 + (try reader.big(2, at: at + 2))
        }
        return size("jpeg", width: try reader.big(2, at: at + 7), height: try reader.big(2, at: at + 5))
    }

    private static func webp(_ reader: Reader) throws(Cut) -> JSONValue {
        if reader.has(Array("VP8X".utf8), at: 12) {
            return size("webp", width: try reader.little(3, at: 24) + 1, height: try reader.little(3, at: 27) + 1)
        }
        if reader.has(Array("VP8L".utf8), at: 12) {
            let packed = try reader.little(4, at: 21)
            return size("webp", width: packed & 0x3FFF + 1, height: packed >> 14 & 0x3FFF + 1)
        }
        return size("webp", width: try reader.little(2, at: 26) & 0x3FFF, height: try reader.little(2, at: 28) & 0x3FFF)
    }

    private static func png(_ reader: Reader) throws(Cut) -> JSONValue {
        let (depth, kind) = (try reader.big(1, at: 24), try reader.big(1, at: 25))
        let (width, height) = (try reader.big(4, at: 16), try reader.big(4, at: 20))
        var data: [UInt8] = []
        var palette: [UInt8] = []
        var at = 8
        while at < reader.bytes.count {
            let length = try reader.big(4, at: at)
            let name = try reader.slice(4, at: at + 4)
            if name.elementsEqual("PLTE".utf8) { palette = Array(try reader.slice(length, at: at + 8)) }
            if name.elementsEqual("IDAT".utf8) { data += try reader.slice(length, at: at + 8) }
            at += length + 12
        }
        var out = size("png", width: width, height: height).object ?? JSONObject()
        let row = inflate(data, atMost: 64).dropFirst()  // no filter changes the first pixel
        if let first = pixel(Array(row), depth: depth, kind: kind, palette: palette) {
            out["first"] = .array(first.map { .integer(Int($0)) })
        }
        return .object(out)
    }

    /// Colour kinds of PNG: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
    private static func pixel(_ row: [UInt8], depth: Int, kind: Int, palette: [UInt8]) -> [UInt8]? {
        guard depth <= 8, row.count >= 3 else { return nil }
        if kind == 3 {
            let index = Int(row[0] >> UInt8(8 - depth)) * 3
            return palette.count >= index + 3 ? Array(palette[index..<(index + 3)]) : nil
        }
        guard depth == 8 else { return nil }
        return kind == 2 || kind == 6 ? Array(row[..<3]) : [row[0], row[0], row[0]]
    }

    private static func inflate(_ data: [UInt8], atMost limit: Int) -> [UInt8] {
        var (input, output) = (data, [UInt8](repeating: 0, count: limit))
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return [] }
        defer { inflateEnd(&stream) }
        let written = input.withUnsafeMutableBufferPointer { from in
            output.withUnsafeMutableBufferPointer { to in
                stream.next_in = from.baseAddress
                stream.avail_in = UInt32(from.count)
                stream.next_out = to.baseAddress
                stream.avail_out = UInt32(to.count)
                _ = CZlib.inflate(&stream, Z_SYNC_FLUSH)
                return limit - Int(stream.avail_out)
            }
        }
        return Array(output[..<written])
    }
}

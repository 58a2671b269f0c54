import Assets
import JSONText
import SchemaModel
import Testing

/// Ranges, transformation parameters and image headers.
@Suite struct ServingTests {
    static let ranges: [(String?, ByteRange)] = [
        (nil, .whole), ("bytes=0-4", .part(offset: 0, length: 5)), ("bytes=5-", .part(offset: 5, length: 15)),
        ("bytes=-3", .part(offset: 17, length: 3)), ("bytes=10-100", .part(offset: 10, length: 10)), ("bytes=19-", .part(offset: 19, length: 1)),
        ("bytes=3-3", .part(offset: 3, length: 1)), ("bytes=20-", .unsatisfiable(start: 20, end: nil)),
        ("bytes=20-25", .unsatisfiable(start: 20, end: 25)), ("bytes=5-2", .unsatisfiable(start: 5, end: 2)),
        ("bytes=-0", .unsatisfiable(start: nil, end: 0)), ("bytes=-100", .part(offset: 0, length: 20)), ("bytes=a-b", .whole),
        ("bytes=-", .unsatisfiable(start: nil, end: nil)), ("bytes=0-1,3-4", .part(offset: 0, length: 2)), ("items=0-1", .whole), ("0-1", .whole),
        ("bytes=0--1", .whole), ("bytes=99999999999999999999-", .whole), ("bytes= 1 - 2 ", .part(offset: 1, length: 2)),
    ]

    @Test(arguments: ranges.indices)
    func readsRanges(_ index: Int) {
        #expect(ByteRange(Self.ranges[index].0, size: 20) == Self.ranges[index].1)
    }

    @Test func hasNoPartOfAnEmptyFile() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable(start: 0, end: nil))
        #expect(ByteRange("bytes=-5", size: 0) == .unsatisfiable(start: nil, end: 5))
    }

    struct Question: CustomTestStringConvertible {
        let query: [(name: String, value: String)]
        var mode = TransformPolicy.Mode.all
        /// nil = fine.
        let reason: String?
        var changes = false
        var testDescription: String { "\(mode) " + query.map { "\($0.name)=\($0.value)" }.joined(separator: "&") }
    }

    static let questions: [Question] = [
        Question(query: [("foo", "bar"), ("download", "")], reason: nil),
        Question(query: [("width", "20")], reason: nil, changes: true),
        Question(query: [("width", "")], reason: nil),
        Question(query: [("key", "")], reason: nil),
        Question(query: [("fit", "cover")], reason: nil),
        Question(query: [("transforms", "[]")], reason: nil),
        Question(query: [("transforms", "[[\"flip\"]]")], reason: nil, changes: true),
        Question(query: [("key", "card")], reason: nil, changes: true),
        Question(query: [("key", "system-small-cover")], reason: nil, changes: true),
        Question(query: [("width", "20.5")], reason: "Expected positive integer for width but received 20.5 of type number"),
        Question(query: [("width", "0")], reason: "Expected positive integer for width but received 0 of type number"),
        Question(query: [("height", "-5")], reason: "Expected positive integer for height but received -5 of type number"),
        Question(query: [("width", "abc")], reason: "Expected positive integer for width but received NaN of type number"),
        Question(query: [("fit", "nope")], reason: "Expected valid fit for fit but received nope of type string"),
        Question(query: [("quality", "101")], reason: "Expected integer between 0 and 100 for quality but received 101 of type number"),
        Question(query: [("quality", "x")], reason: "Expected integer between 0 and 100 for quality but received NaN of type number"),
        Question(query: [("key", "nope")], reason: "Key \"nope\" isn't configured"),
        Question(query: [("transforms", "{}")], reason: "\"transforms\" Parameter needs to be a JSON array of allowed transformations"),
        Question(query: [("transforms", "[[")], reason: "\"transforms\" Parameter needs to be a JSON array of allowed transformations"),
        Question(query: [("transforms", "[[\"nope\"]]")], reason: "\"transforms\" Parameter does not allow \"nope\" as a transformation"),
        Question(query: [("transforms", "[\"flip\"]")], reason: "\"transforms\" Parameter does not allow \"f\" as a transformation"),
        Question(query: [("transforms", "[[\"flip\"],[\"flip\"],[\"flip\"]]")], reason: "\"transforms\" Parameter is only allowed 2 transformations"),
        Question(query: [("download", "")], mode: .none, reason: nil),
        Question(query: [("key", "")], mode: .none, reason: "Dynamic asset generation has been disabled for this project"),
        Question(query: [("key", "system-small-cover")], mode: .none, reason: nil, changes: true),
        Question(query: [("key", "card")], mode: .presets, reason: nil, changes: true),
        Question(query: [("key", "card"), ("width", "1")], mode: .presets, reason: "Only configured presets can be used in asset generation"),
        Question(query: [("key", "nope")], mode: .presets, reason: "Only configured presets can be used in asset generation"),
    ]

    @Test(arguments: questions)
    func checksTransformations(_ question: Question) throws {
        let policy = TransformPolicy(mode: question.mode, presets: ["card"])
        do throws(WireError) {
            let parameters = try AssetParameters(question.query, policy: policy, maximumTransforms: 2)
            #expect(question.reason == nil)
            #expect(parameters.changesImage == question.changes)
        } catch {
            #expect(error == question.reason.map { .invalidQuery($0) })
        }
    }

    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 80, 0, 0, 0, 40, 8, 2]
    static let gif: [UInt8] = Array("GIF89a".utf8) + [16, 0, 1, 1]
    /// Little-endian Exif: Make, and an orientation that turns the image.
    static let exif: [UInt8] =
        Array("Exif\0\0II*\0".utf8) + [8, 0, 0, 0, 2, 0, 0x0F, 1, 2, 0, 4, 0, 0, 0, 0x4B, 0x2D, 0x31, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
    static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + [0xFF, 0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 40, 3, 1, 0x11, 0]

    @Test func readsImageHeaders() {
        #expect(ImageFacts(bytes: Self.png) == ImageFacts(width: 80, height: 40))
        #expect(ImageFacts(bytes: Self.gif) == ImageFacts(width: 16, height: 257))
        #expect(
            ImageFacts(bytes: Self.jpeg) == ImageFacts(width: 20, height: 40, metadata: JSONObject([("ifd0", ["Make": "K-1"])])))
    }

    /// Cut and spoilt headers give nothing, or something else, but never a trap.
    @Test func survivesBrokenHeaders() {
        var random = SystemRandomNumberGenerator()
        for image in [
            Self.png, Self.gif, Self.jpeg, Array(Self.exif.dropFirst(6)), Array("RIFF0000WEBPVP8X".utf8), Array("0000ftypavif0000ispe".utf8),
        ] {
            for count in 0...image.count { _ = ImageFacts(bytes: Array(image.prefix(count))) }
            for _ in 0..<2_000 {
                var spoilt = image + [0xFF, 0xFF, 0xFF, 0xFF]
                for _ in 0..<3 { spoilt[Int.random(in: 0..<spoilt.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
                _ = ImageFacts(bytes: spoilt)
            }
        }
    }
}

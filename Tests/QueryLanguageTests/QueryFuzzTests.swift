import Glibc
import JSONText
import QueryLanguage
import SchemaModel
import Testing

/// Random and mutated bytes through every parser of the query language. `make fuzz` runs it for FUZZ_SECONDS; FUZZ_SEED repeats a run.
@Suite struct QueryFuzzTests {
    /// Anything must come back, with an answer or a `WireError`.
    static func feed(_ bytes: [UInt8]) {
        for limits in [QueryLimits(), .low] {
            _ = try? ItemQueryParser.parse(queryString: bytes, limits: limits)
            guard let value = try? JSONParser.parse(bytes) else { continue }
            _ = try? BatchBody.parseUpdate(value, limits: limits)
            _ = try? BatchBody.parseDelete(value, limits: limits)
            _ = try? BatchBody.parseSearch(value, limits: limits)
            if case .object(let members) = value { _ = try? ItemQueryParser.parse(object: members, limits: limits) }
        }
    }

    private static let seeds: [[UInt8]] =
        (SelectionTests.cases + ArgumentTests.cases + RefusalTests.cases + QueryStringTests.cases).map { Array($0.query.utf8) }
        + (SelectionTests.bodies + ArgumentTests.bodies + BatchBodyTests.updates + BatchBodyTests.searches).map { Array($0.query.utf8) }
        + FilterTests.cases.map { Array(#"{"query":{"filter":\#($0.query)}}"#.utf8) }

    private static let pieces: [[UInt8]] = [
        "[", "]", "[]", "[0]", "[499]", "[500]", "&", "=", "%", "%5B", "%5D", "%00", "%FF", "+", ",", ".", "(", ")", "*", ":", "-", "_",
        "fields", "filter", "deep", "alias", "sort", "limit", "aggregate", "groupBy", "_filter", "_limit", "_alias", "_or", "_and", "_some", "_in",
        "json(", "year(", "$NOW", "\"", "{", "}", "null", "1e999", "\u{301}", "\u{0600}", "é", "\u{FEFF}",
    ].map { Array($0.utf8) }

    private static func mutated(_ bytes: [UInt8], by random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: at)
            case 1: if at < bytes.count { bytes[at] = UInt8.random(in: .min ... .max, using: &random) }
            case 2: if at < bytes.count { bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...8, using: &random))) }
            case 3: if let piece = pieces.randomElement(using: &random) { bytes.insert(contentsOf: piece, at: at) }
            case 4: if let other = seeds.randomElement(using: &random) { bytes += Array("&".utf8) + other }
            default: bytes.insert(contentsOf: bytes[at...].prefix(64), at: at)
            }
        }
        return bytes
    }

    @Test("survives random and mutated bytes") func fuzz() {
        let seed = environment("FUZZ_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)
        let seconds = environment("FUZZ_SECONDS").flatMap { Int64($0) } ?? 0
        print("query language fuzz seed: \(seed)")
        var random = SplitMix(state: seed)
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(seconds))
        var rounds = 0
        while rounds < 4000 || clock.now < end {
            rounds += 1
            let start = QueryFuzzTests.seeds.randomElement(using: &random) ?? []
            QueryFuzzTests.feed(QueryFuzzTests.mutated(start, by: &random))
            QueryFuzzTests.feed((0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        }
    }

    static let huge: [QueryCase] = [
        QueryCase("brackets", "filter" + String(repeating: "[a]", count: 10_000) + "=1"),
        QueryCase("open brackets", String(repeating: "[", count: 1_000_000)),
        QueryCase("brackets in brackets", String(repeating: "[", count: 500_000) + String(repeating: "]", count: 500_000)),
        QueryCase("equals", String(repeating: "=", count: 1_000_000)),
        QueryCase("ampersands", String(repeating: "&", count: 1_000_000)),
        QueryCase("escapes", "search=" + String(repeating: "%41", count: 400_000)),
        QueryCase("broken escapes", "search=" + String(repeating: "%4", count: 500_000)),
        QueryCase("blanks", "fields=" + String(repeating: " ", count: 1_000_000)),
        QueryCase("a number", "limit=" + String(repeating: "9", count: 1_000_000)),
        QueryCase("fields", "fields=" + String(repeating: "a,", count: 500_000) + "a"),
        QueryCase("dots", "fields=" + String(repeating: ".", count: 1_000_000)),
        QueryCase("parentheses", "fields=" + String(repeating: "(", count: 1_000_000)),
        QueryCase("sorts", "sort=" + String(repeating: "a,", count: 500_000) + "a"),
        QueryCase("stars", "fields=" + String(repeating: "*.*,", count: 250_000) + "*"),
        QueryCase("a path", "fields=json(a, " + String(repeating: "a.", count: 500_000) + ")"),
        QueryCase("a path behind a comma", "fields=f(a," + String(repeating: "a.", count: 500_000) + "b)"),
        QueryCase("a path behind an alias", "fields=*&alias[x]=json(" + String(repeating: "a.", count: 500_000) + "b, c)"),
        QueryCase("a path behind a nested alias", "fields=a.*&deep[a][_alias][x]=json(" + String(repeating: "a.", count: 500_000) + "b, c)"),
        QueryCase("indexes", "fields=json(a, a" + String(repeating: "[0]", count: 300_000) + ")"),
        QueryCase("values", "filter[a][_in]=" + String(repeating: "1,", count: 500_000)),
        QueryCase("deep JSON", "filter=" + String(repeating: #"{"a":"#, count: 200_000)),
        QueryCase("deep lists", "filter=" + String(repeating: "[", count: 1_000_000)),
        QueryCase("conditions", #"filter={"_and":["# + String(repeating: #"{"a":1},"#, count: 100_000) + #"{"a":1}]}"#),
        QueryCase("levels", "deep={" + (0..<50_000).map { #""k\#($0)":{"_limit":1}"# }.joined(separator: ",") + "}"),
        QueryCase("one parameter a thousand times", String(repeating: "a[x][]=1&", count: 1000)),
    ]

    @Test("is done with a megabyte in no time", arguments: huge)
    func staysFast(_ example: QueryCase) {
        let start = QueryFuzzTests.processorSeconds
        QueryFuzzTests.feed(Array(example.expected.utf8))
        let seconds = QueryFuzzTests.processorSeconds - start
        #expect(seconds < 15, "unoptimised; far above what linear work takes, far below what quadratic work would")
    }

    /// Of this thread: what others do to the machine does not count.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// A small generator with a seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

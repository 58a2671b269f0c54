package import JSONText

/// The query string of a URL -> a tree of texts, lists and objects: `filter[_or][0][id]=1&sort=a&sort=b`.
///
/// - Shape: bytes without the `?` in; an object out whose leaves are texts (or `true` where a bare text meets an object: `x[a]=1&x=b`).
///   `x[]=1&x[]=2` and `x=1&x=2` are lists; so is `x[0]=1` below the list limit, gaps close up; beyond it, and for longer lists, an object
///   keyed by index. Keys that are integers come first, ascending. Brackets deeper than the limit stay in one literal key.
/// - Units and limits: `maximumParameters`, `queryStringDepth` bracket pairs (at most `maximumDepth`), `queryStringArrayLimit` elements.
/// - Errors: none; every input has a tree. A component with malformed percent-encoding stays as it stands (`+` is a space all the same).
///   Bytes that are no UTF-8 become U+FFFD.
/// - Source: contract/items.md, 2.1 (the behaviour of qs 6.14). Unlike there, names of JavaScript's object prototype are names like any other.
/// - Cost: linear.
package enum QueryString {
    /// Parameters beyond this many are not looked at.
    package static let maximumParameters = 1000
    /// Bounds what a configuration can ask for, because readers of the tree recurse.
    package static let maximumDepth = 100

    package static func parse(_ text: some StringProtocol, limits: QueryLimits) -> JSONObject {
        parse(Array(text.utf8), limits: limits)
    }

    package static func parse(_ bytes: [UInt8], limits: QueryLimits) -> JSONObject {
        let depth = min(max(0, limits.queryStringDepth), maximumDepth)
        let root = QueryBranch(listLimit: max(0, limits.queryStringArrayLimit))
        let parameters = parameters(withBareBrackets(bytes))
        for (key, first, more) in parameters { root.insert(first, more, at: segments(of: key, depth: depth)) }
        return root.object
    }

    /// Texts by key in order of first mention.
    private static func parameters(_ bytes: [UInt8]) -> [(key: String, first: String, more: [String])] {
        var all: [(key: String, first: String, more: [String])] = []
        var positions = SmallIndex<String>()
        var rest = bytes[...]
        for _ in 0..<maximumParameters {
            let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
            let (key, value) = pair(rest[..<end])
            if let at = positions[key] {
                all[at].more.append(value)
            } else if !key.isEmpty {
                positions.append(key)
                all.append((key, value, []))
            }
            if end == rest.endIndex { break }
            rest = rest[(end + 1)...]
        }
        return all
    }

    /// `%5B` and `%5D` are brackets before anything else is looked at.
    private static func withBareBrackets(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, bytes[at + 1] == UInt8(ascii: "5") {
                let bracket: UInt8? =
                    switch bytes[at + 2] | 0x20 {
                    case UInt8(ascii: "b"): UInt8(ascii: "[")
                    case UInt8(ascii: "d"): UInt8(ascii: "]")
                    default: nil
                    }
                if let bracket {
                    out.append(bracket)
                    at += 3
                    continue
                }
            }
            out.append(bytes[at])
            at += 1
        }
        return out
    }

    /// Splits at the first `]=`, else at the first `=`; without one the value is empty.
    private static func pair(_ part: ArraySlice<UInt8>) -> (key: String, value: String) {
        let equals = UInt8(ascii: "=")
        var cut = part.firstIndex(of: equals)
        var at = cut
        while let found = at {
            if found > part.startIndex, part[found - 1] == UInt8(ascii: "]") {
                cut = found
                break
            }
            at = part[(found + 1)...].firstIndex(of: equals)
        }
        guard let cut else { return (decoded(part), "") }
        return (decoded(part[..<cut]), decoded(part[(cut + 1)...]))
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) else { return String(decoding: bytes, as: UTF8.self) }
        var spaced = Array(bytes)
        for index in spaced.indices where spaced[index] == UInt8(ascii: "+") { spaced[index] = 0x20 }
        guard spaced.contains(UInt8(ascii: "%")) else { return String(decoding: spaced, as: UTF8.self) }
        if let plain = percentDecoded(spaced), let text = String(validating: plain, as: UTF8.self) { return text }
        return String(decoding: spaced, as: UTF8.self)
    }

    private static func percentDecoded(_ bytes: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if bytes[at] != UInt8(ascii: "%") {
                out.append(bytes[at])
                at += 1
                continue
            }
            guard at + 2 < bytes.count, let high = hexDigit(bytes[at + 1]), let low = hexDigit(bytes[at + 2]) else { return nil }
            out.append(high << 4 | low)
            at += 3
        }
        return out
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// `a[b][]` is `a`, `b`, append. Text between and behind the brackets is passed over; what is deeper than `depth` is one literal name.
    private static func segments(of key: String, depth: Int) -> [QuerySegment] {
        guard depth > 0, key.utf8.contains(UInt8(ascii: "]")) else { return [.name(key, mayBeIndex: false)] }
        let bytes = Array(key.utf8)
        guard let first = bracketPair(in: bytes, from: 0) else { return [.name(key, mayBeIndex: false)] }
        var segments: [QuerySegment] = []
        if first.lowerBound > 0 { segments.append(.name(String(decoding: bytes[..<first.lowerBound], as: UTF8.self), mayBeIndex: false)) }
        var next: Range<Int>? = first
        var count = 0
        while let pair = next, count < depth {
            let name = bytes[(pair.lowerBound + 1)..<(pair.upperBound - 1)]
            segments.append(name.isEmpty ? .append : .name(String(decoding: name, as: UTF8.self), mayBeIndex: true))
            count += 1
            next = bracketPair(in: bytes, from: pair.upperBound)
        }
        if let rest = next { segments.append(.name(String(decoding: bytes[rest.lowerBound...], as: UTF8.self), mayBeIndex: false)) }
        return segments
    }

    /// The next `[…]` with no bracket inside.
    private static func bracketPair(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        var open: Int?
        for at in start..<bytes.count {
            if bytes[at] == UInt8(ascii: "[") { open = at }
            if bytes[at] == UInt8(ascii: "]"), let open { return open..<(at + 1) }
        }
        return nil
    }
}

/// One step of a parameter's key.
enum QuerySegment {
    case append
    case name(String, mayBeIndex: Bool)
}

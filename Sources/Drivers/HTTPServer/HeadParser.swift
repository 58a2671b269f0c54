/// A stretch of a head's bytes.
struct ByteRange: Equatable {
    var start: Int
    var end: Int

    static let empty = ByteRange(start: 0, end: 0)
    var count: Int { end - start }
}

/// A head taken apart: ranges into its bytes.
package struct ParsedHead: Equatable {
    struct Field: Equatable {
        var name: ByteRange
        var value: ByteRange
    }

    package enum BodyLength: Equatable {
        case none
        case known(Int)
        case chunked
    }

    var method = ByteRange.empty
    var target = ByteRange.empty
    /// Empty where an absolute target names no path: `/` is meant.
    var path = ByteRange.empty
    var query: ByteRange?
    var isVersion10 = false
    var fields: [Field] = []
    var bodyLength = BodyLength.none
    var expectsContinue = false
    var acceptEncoding: ByteRange?
    var requestID: ByteRange?
    var host: ByteRange?
}

/// Takes a request's head apart as libmicrohttpd leaves it in memory, and refuses what the library accepts but RFC 9112 does not.
///
/// - Shape in: the bytes from the method on, where the library has put NUL in place of the blank before and after the target, of each header's
///   colon and of both bytes of each line end (of one byte where the line ended in a bare line feed).
/// - So that every byte is accounted for: a bare line feed, a NUL sent by the client or a folded line does not fit this pattern.
/// - Throws: what to refuse it with. Pure; cost: one pass.
struct HeadParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var head = ParsedHead()
    private var hasHighBytes = false
    private var contentLength: ByteRange?
    private var transferEncoding: ByteRange?

    /// - Parameter headerCount: how many headers the library has found; any other number here means that it was misled.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, headerCount: Int) throws(HTTPRefusal) -> ParsedHead {
        var parser = HeadParser(bytes: bytes)
        parser.head.fields.reserveCapacity(headerCount)
        try parser.parseRequestLine()
        while try parser.parseField() {}
        guard parser.head.fields.count == headerCount else { throw .malformedHead }
        try parser.checkHostAndTarget()
        try parser.checkFraming()
        return parser.head
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func parseRequestLine() throws(HTTPRefusal) {
        head.method = try token()
        let start = at
        while at < bytes.count, bytes[at] != 0 {
            let byte = bytes[at]
            guard byte > 0x20, byte != 0x7F, byte != UInt8(ascii: "#") else { throw .malformedHead }
            if byte >= 0x80 { hasHighBytes = true }
            at += 1
        }
        head.target = ByteRange(start: start, end: at)
        guard head.target.count > 0 else { throw .malformedHead }
        if hasHighBytes {
            guard String(validating: UnsafeBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self) != nil else { throw .malformedHead }
        }
        at += 1
        // "HTTP/1.x" and a full line end; the library has checked the version's form.
        guard at + 10 <= bytes.count, bytes[at] == UInt8(ascii: "H"), bytes[at + 8] == 0, bytes[at + 9] == 0 else { throw .malformedHead }
        head.isVersion10 = bytes[at + 7] == UInt8(ascii: "0")
        at += 10
    }

    /// A name of RFC 9110's `token`, and the NUL after it.
    private mutating func token() throws(HTTPRefusal) -> ByteRange {
        let start = at
        while at < bytes.count, bytes[at] != 0 {
            guard bytes[at].isTokenCharacter else { throw .malformedHead }
            at += 1
        }
        guard at > start, at < bytes.count else { throw .malformedHead }
        at += 1
        return ByteRange(start: start, end: at - 1)
    }

    /// One header, or false at the empty line that must end the head.
    private mutating func parseField() throws(HTTPRefusal) -> Bool {
        guard at < bytes.count else { throw .malformedHead }
        if bytes[at] == 0 {
            guard at + 2 == bytes.count, bytes[at + 1] == 0 else { throw .malformedHead }
            return false
        }
        let name = try token()
        while at < bytes.count, bytes[at].isBlank { at += 1 }
        let start = at
        while at < bytes.count, bytes[at] != 0 {
            guard bytes[at].isFieldCharacter else { throw .malformedHead }
            at += 1
        }
        guard at + 1 < bytes.count, bytes[at + 1] == 0 else { throw .malformedHead }
        var end = at
        while end > start, bytes[end - 1].isBlank { end -= 1 }
        at += 2
        let value = ByteRange(start: start, end: end)
        head.fields.append(.init(name: name, value: value))
        try note(name, value)
        return true
    }

    /// Remembers the headers that matter here; those that may stand only once are refused the second time.
    private mutating func note(_ name: ByteRange, _ value: ByteRange) throws(HTTPRefusal) {
        switch name.count {
        case 4 where matches(name, "host"):
            guard head.host == nil else { throw .badHost }
            head.host = value
        case 6 where matches(name, "expect"):
            guard matches(value, "100-continue") else { throw .unsupportedExpectation }
            head.expectsContinue = true
        case 12 where matches(name, "x-request-id"):
            head.requestID = value
        case 14 where matches(name, "content-length"):
            guard contentLength == nil else { throw .ambiguousLength }
            contentLength = value
        case 15 where matches(name, "accept-encoding"):
            head.acceptEncoding = value
        case 17 where matches(name, "transfer-encoding"):
            guard transferEncoding == nil else { throw .ambiguousLength }
            transferEncoding = value
        default: break
        }
    }

    /// Compares without regard to case; `text` is in lower case.
    private func matches(_ range: ByteRange, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where bytes[range.start + index].lowercased != text.utf8Start[index] { return false }
        return true
    }
}

extension HeadParser {
    fileprivate mutating func checkFraming() throws(HTTPRefusal) {
        if let transferEncoding {
            guard contentLength == nil, !head.isVersion10 else { throw .ambiguousLength }
            guard matches(transferEncoding, "chunked") else { throw .unsupportedTransferCoding }
            head.bodyLength = .chunked
        } else if let contentLength {
            guard contentLength.count > 0 else { throw .ambiguousLength }
            var length = 0
            for index in contentLength.start..<contentLength.end {
                let digit = bytes[index] &- UInt8(ascii: "0")
                guard digit <= 9 else { throw .ambiguousLength }
                guard length < Int.max / 16 else { throw .bodyTooLarge }
                length = length * 10 + Int(digit)
            }
            head.bodyLength = length == 0 ? .none : .known(length)
        }
    }

    fileprivate mutating func checkHostAndTarget() throws(HTTPRefusal) {
        if let host = head.host {
            guard isHost(host) else { throw .badHost }
        } else if !head.isVersion10 {
            throw .badHost
        }
        if matches(head.method, "connect") { throw .unsupportedMethod }
        var path = head.target
        switch bytes[path.start] {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "*"):
            guard path.count == 1, matches(head.method, "options") else { throw .badTarget }
        default: path.start = try endOfAuthority()
        }
        var end = path.start
        while end < path.end, bytes[end] != UInt8(ascii: "?") { end += 1 }
        if end < path.end { head.query = ByteRange(start: end + 1, end: path.end) }
        head.path = ByteRange(start: path.start, end: end)
    }

    /// Where the path of an absolute target begins, if its host is the one of `Host`.
    private func endOfAuthority() throws(HTTPRefusal) -> Int {
        let target = head.target
        let schemes: [StaticString] = ["http://", "https://"]
        for scheme in schemes where target.count > scheme.utf8CodeUnitCount {
            let start = target.start + scheme.utf8CodeUnitCount
            guard matches(ByteRange(start: target.start, end: start), scheme) else { continue }
            var end = start
            while end < target.end, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
            guard let host = head.host, host.count == end - start else { throw .badTarget }
            for index in 0..<host.count where bytes[host.start + index].lowercased != bytes[start + index].lowercased { throw .badTarget }
            return end
        }
        throw .badTarget
    }

    /// `name`, `name:port`, `[v6]` or `[v6]:port`.
    private func isHost(_ range: ByteRange) -> Bool {
        guard range.count > 0 else { return false }
        var at = range.start
        if bytes[at] == UInt8(ascii: "[") {
            at += 1
            let start = at
            while at < range.end, bytes[at].isHexDigit || bytes[at] == UInt8(ascii: ":") || bytes[at] == UInt8(ascii: ".") { at += 1 }
            guard at > start, at < range.end, bytes[at] == UInt8(ascii: "]") else { return false }
            at += 1
        } else {
            let start = at
            while at < range.end, bytes[at].isHostCharacter { at += 1 }
            guard at > start else { return false }
        }
        guard at < range.end else { return true }
        guard bytes[at] == UInt8(ascii: ":"), range.end - at <= 6 else { return false }
        for index in (at + 1)..<range.end where !bytes[index].isDigit { return false }
        return true
    }
}

import Glibc

/// What is wrong with a multipart body.
package enum MultipartError: Error, Sendable, Equatable {
    /// No boundary in the content type, or one that RFC 2046 doesn't allow.
    case noBoundary
    /// A delimiter line, a part's headers or its `Content-Disposition` that can't be read.
    case malformed
    /// A part's headers are longer than allowed.
    case headTooLarge
    case tooManyParts
    /// The body ends before its closing delimiter.
    case truncated
}

/// What bounds a multipart body.
package struct MultipartLimits: Sendable {
    /// Bytes of one part's headers.
    package var headBytes = 16_384
    package var parts = 1_000
    package init() {}
}

/// Takes a `multipart/form-data` body apart as it comes in, whatever its pieces (RFC 7578, RFC 2046 section 5.1).
///
/// - Shape: bytes in, events out: `part`, any number of `data`, `partEnd`, …, `end`. Preamble and epilogue are thrown away.
/// - Memory: one piece, plus a head or a delimiter that lies across two.
/// - Errors: `MultipartError`; after one, or after `finish`, it is not to be fed again. No I/O.
package struct MultipartParser: Sendable {
    package enum Event: Sendable, Equatable {
        case part(MultipartPart)
        case data([UInt8])
        case partEnd
        case end
    }

    /// Can go to: preamble -> afterDelimiter -> head -> body -> afterDelimiter …; afterDelimiter -> end.
    private enum State {
        case preamble, afterDelimiter, head, body, end
    }

    private let limits: MultipartLimits
    /// CR LF, two hyphens, the boundary.
    private let delimiter: [UInt8]
    // The first delimiter has no line break before it: one is put there.
    private var buffer: [UInt8] = [0x0D, 0x0A]
    private var at = 0
    private var headScanned = 0
    private var state = State.preamble
    private var parts = 0

    /// - Parameter contentType: the header's value, with its `boundary`.
    package init(contentType: String, limits: MultipartLimits = MultipartLimits()) throws(MultipartError) {
        let parameters = HeaderParameters(contentType)
        guard let boundary = parameters["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), !boundary.hasSuffix(" ")
        else { throw .noBoundary }
        delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + Array(boundary.utf8)
        self.limits = limits
    }

    package mutating func feed(_ bytes: [UInt8]) throws(MultipartError) -> [Event] {
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        buffer.removeFirst(at)
        headScanned = max(0, headScanned - at)
        at = 0
        return events
    }

    /// The body is over.
    /// - Throws: `.truncated` where its end is missing.
    package func finish() throws(MultipartError) {
        switch state {
        case .end: return
        case .preamble, .afterDelimiter, .head, .body: throw .truncated
        }
    }

    /// - Returns: false when more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(MultipartError) -> Bool {
        switch state {
        case .preamble: return skipPreamble()
        case .afterDelimiter: return try endDelimiter(&events)
        case .head: return try readHead(&events)
        case .body: return readBody(&events)
        case .end:
            at = buffer.count
            return false
        }
    }

    private mutating func skipPreamble() -> Bool {
        guard let found = find(delimiter, from: at) else {
            at = max(at, buffer.count - (delimiter.count - 1))
            return false
        }
        at = found + delimiter.count
        state = .afterDelimiter
        return true
    }

    /// `--` ends the body; blanks and a line break begin a part.
    private mutating func endDelimiter(_ events: inout [Event]) throws(MultipartError) -> Bool {
        var end = at
        while end < buffer.count, buffer[end] == 0x20 || buffer[end] == 0x09 { end += 1 }
        guard end - at <= 64 else { throw .malformed }
        guard buffer.count - end >= 2 else { return false }
        if end == at, buffer[at] == 0x2D, buffer[at + 1] == 0x2D {
            state = .end
            events.append(.end)
            return true
        }
        guard buffer[end] == 0x0D, buffer[end + 1] == 0x0A else { throw .malformed }
        parts += 1
        guard parts <= limits.parts else { throw .tooManyParts }
        // The line break may already be the empty line after no headers at all.
        at = end
        headScanned = end
        state = .head
        return true
    }

    /// From the delimiter's line break to the empty line.
    private mutating func readHead(_ events: inout [Event]) throws(MultipartError) -> Bool {
        guard let found = find([0x0D, 0x0A, 0x0D, 0x0A], from: headScanned) else {
            guard buffer.count - at <= limits.headBytes else { throw .headTooLarge }
            headScanned = max(at, buffer.count - 3)
            return false
        }
        guard found - at <= limits.headBytes else { throw .headTooLarge }
        guard let part = MultipartPart(head: buffer[min(at + 2, found)..<found]) else { throw .malformed }
        events.append(.part(part))
        at = found + 4
        state = .body
        return true
    }

    private mutating func readBody(_ events: inout [Event]) -> Bool {
        if let found = find(delimiter, from: at) {
            if found > at { events.append(.data(Array(buffer[at..<found]))) }
            events.append(.partEnd)
            at = found + delimiter.count
            state = .afterDelimiter
            return true
        }
        let safe = buffer.count - (delimiter.count - 1)
        if safe > at {
            events.append(.data(Array(buffer[at..<safe])))
            at = safe
        }
        return false
    }

    /// Every needle begins with CR.
    private func find(_ needle: [UInt8], from start: Int) -> Int? {
        buffer.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            var at = start
            while at + needle.count <= bytes.count, let hit = memchr(base + at, 0x0D, bytes.count - at) {
                at = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
                if at + needle.count <= bytes.count, memcmp(base + at, needle, needle.count) == 0 { return at }
                at += 1
            }
            return nil
        }
    }
}

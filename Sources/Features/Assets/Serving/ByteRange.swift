/// What a `Range` header asks of a body of known length (RFC 9110, section 14, as contract/system.md 7.3 narrows it: of several ranges the
/// first counts).
package enum ByteRange: Sendable, Equatable {
    /// No range, another unit, or words: the whole body.
    case whole
    case part(offset: Int, length: Int)
    case unsatisfiable(start: Int?, end: Int?)

    package init(_ header: String?, size: Int) {
        guard let header, header.lowercased().hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let first = header.dropFirst(6).prefix { $0 != "," }.filter { $0 != " " && $0 != "\t" }
        let bounds = first.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && $0.utf8.count <= 18 }) else {
            self = .whole
            return
        }
        self = ByteRange.resolve(start: Int(bounds[0]), end: Int(bounds[1]), size: size)
    }

    private static func resolve(start: Int?, end: Int?, size: Int) -> ByteRange {
        guard let start else {
            guard let end, end > 0, size > 0 else { return .unsatisfiable(start: nil, end: end) }
            return .part(offset: max(0, size - end), length: min(end, size))
        }
        guard start < size, end.map({ $0 >= start }) ?? true else { return .unsatisfiable(start: start, end: end) }
        return .part(offset: start, length: min(end ?? size - 1, size - 1) - start + 1)
    }
}

import OpenAPIGeneration

/// Finds the operation for a method and a path. Letter case of fixed segments, trailing and doubled slashes don't count, but for two at the
/// beginning: they lead nowhere.
struct Router: Sendable {
    struct Match {
        let operation: Operation
        /// Its place in the catalogue.
        let number: Int
        /// Decoded values of the path's parameters.
        let parameters: PathParameters
    }

    private struct Route {
        let operation: Operation
        let number: Int
    }

    private let byFirstSegment: [String: [Route]]

    init(_ operations: [Operation]) {
        let routes = operations.enumerated().map { Route(operation: $0.element, number: $0.offset) }
        byFirstSegment = Dictionary(grouping: routes) { $0.operation.path.first ?? "" }
    }

    /// - Parameter path: raw; percent-decoded here, once, segment by segment.
    /// - Returns: nil where no operation fits.
    func match(method: String, path: String) -> Match? {
        guard let segments = Router.segments(path), let first = segments.first,
            let candidates = byFirstSegment[first] ?? byFirstSegment[first.lowercased()]
        else { return nil }
        let method = method == "HEAD" ? "GET" : method
        for route in candidates where route.operation.path.count == segments.count && route.operation.method.rawValue == method {
            if let parameters = Router.parameters(route.operation.path, segments) {
                return Match(operation: route.operation, number: route.number, parameters: parameters)
            }
        }
        return nil
    }

    private static func segments(_ path: String) -> [String]? {
        var segments: [String] = []
        segments.reserveCapacity(4)
        let bytes = path.utf8
        var start = bytes.startIndex
        var at = start
        while true {
            let isEnd = at == bytes.endIndex
            if isEnd || bytes[at] == UInt8(ascii: "/") {
                if start < at {
                    guard let segment = PercentCoding.decode(path[start..<at]) else { return nil }
                    segments.append(segment)
                } else if segments.isEmpty, !isEnd, start != bytes.startIndex {
                    return nil
                }
                if isEnd { return segments }
                start = bytes.index(after: at)
            }
            at = bytes.index(after: at)
        }
    }

    /// Whether every segment decodes.
    static func isWellFormed(_ path: String) -> Bool {
        !path.utf8.contains(UInt8(ascii: "%")) || path.split(separator: "/").allSatisfy { PercentCoding.decode($0) != nil }
    }

    /// Methods that a path has, for `OPTIONS`.
    func methods(of path: String) -> [String] {
        let count = path.split(separator: "/").count
        let first = path.split(separator: "/").first.map { $0.lowercased() } ?? ""
        var found: [String] = []
        for operation in (byFirstSegment[first] ?? []).map(\.operation)
        where operation.path.count == count && !found.contains(operation.method.rawValue) {
            found.append(operation.method.rawValue)
        }
        return found
    }

    private static func parameters(_ template: [String], _ segments: [String]) -> PathParameters? {
        var parameters = PathParameters()
        for (expected, segment) in zip(template, segments) {
            if expected.utf8.first == UInt8(ascii: ":") {
                parameters.values.append((expected, segment))
            } else if expected != segment, expected != segment.lowercased() {
                return nil
            }
        }
        return parameters
    }
}

/// Values of a path's parameters; a path has few.
struct PathParameters {
    /// Names with their colon.
    var values: [(name: String, value: String)] = []

    subscript(name: String) -> String? {
        values.first { $0.name.utf8.dropFirst().elementsEqual(name.utf8) }?.value
    }
}

enum PercentCoding {
    /// - Returns: nil for malformed escapes, NUL, or what is no UTF-8 after decoding.
    static func decode(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        if bytes.contains(0) { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

extension String {
    /// Whether some bytes occur, looked for as bytes: far cheaper than a search by characters.
    func hasBytes(_ needle: StaticString) -> Bool {
        let length = needle.utf8CodeUnitCount
        guard length > 0, utf8.count >= length else { return length == 0 }
        var text = self
        return text.withUTF8 { bytes in
            let first = needle.utf8Start[0]
            var at = 0
            while at + length <= bytes.count {
                if bytes[at] == first, (1..<length).allSatisfy({ bytes[at + $0] == needle.utf8Start[$0] }) { return true }
                at += 1
            }
            return false
        }
    }
}

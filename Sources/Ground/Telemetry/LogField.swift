/// A declared key of log lines. Each target declares its own in an extension, so that a key is spelled in one place:
///
///     extension LogKey { static let port = LogKey("port") }
package struct LogKey: Sendable, Hashable {
    package let name: String

    package init(_ name: StaticString) {
        self.name = name.description
    }
}

extension LogKey {
    package static let requestID = LogKey("request_id")
    package static let generation = LogKey("generation")
    package static let reason = LogKey("reason")
    package static let path = LogKey("path")
    package static let code = LogKey("code")
}

/// What may stand under a key. Text longer than `maximumTextBytes` is cut.
package enum LogValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case list([String])

    package static let maximumTextBytes = 16_384

    /// A duration in milliseconds, to the microsecond.
    package static func milliseconds(_ duration: Duration) -> LogValue {
        let (seconds, attoseconds) = duration.components
        let microseconds = Double(seconds) * 1_000_000 + Double(attoseconds / 1_000_000_000_000)
        return .number(microseconds / 1_000)
    }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
}

/// The keys and values of one line, in the order they are written: `[.port: 8055, .host: .text(host)]`.
package struct LogFields: Sendable, ExpressibleByDictionaryLiteral {
    package private(set) var pairs: [(key: LogKey, value: LogValue)]

    package init(dictionaryLiteral elements: (LogKey, LogValue)...) {
        pairs = elements.map { (key: $0.0, value: $0.1) }
    }

    package init() { pairs = [] }

    package var isEmpty: Bool { pairs.isEmpty }

    package mutating func append(_ key: LogKey, _ value: LogValue) {
        pairs.append((key: key, value: value))
    }

    package static func + (left: LogFields, right: LogFields) -> LogFields {
        var sum = left
        sum.pairs.append(contentsOf: right.pairs)
        return sum
    }
}

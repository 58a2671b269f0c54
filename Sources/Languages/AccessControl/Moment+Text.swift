extension Moment {
    /// `2024-01-31T12:45:00.000Z`: what `$NOW` is on the wire and in binds.
    package var isoText: String {
        let civil = civil
        return "\(Moment.digits(civil.year, 4))-\(Moment.digits(civil.month, 2))-\(Moment.digits(civil.day, 2))"
            + "T\(Moment.digits(civil.hour, 2)):\(Moment.digits(civil.minute, 2)):\(Moment.digits(civil.second, 2))"
            + ".\(Moment.digits(civil.millisecond, 3))Z"
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
    }

    /// Reads ISO 8601 and PostgreSQL's output: a date, or date and time (`T` or blank between), with or without seconds, fraction and zone
    /// (`Z`, `+02`, `+0200`, `+02:00`). Without a zone: UTC. Digits of a fraction beyond the third are cut.
    /// - Returns: nil for any other text and for dates that don't exist.
    package init?(isoText text: String) {
        var scanner = DateScanner(bytes: Array(text.utf8))
        guard let moment = scanner.moment() else { return nil }
        self = moment
    }
}

private struct DateScanner {
    let bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        at += 1
        return true
    }

    /// Exactly `count` digits.
    private mutating func number(_ count: Int) -> Int? {
        guard at + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[at..<at + count] {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        at += count
        return value
    }

    mutating func moment() -> Moment? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2), year >= 1, (1...12).contains(month),
            (1...Moment.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        var civil = CivilTime(year: year, month: month, day: day)
        if at == bytes.count { return Moment(civil) }
        guard take("T") || take("t") || take(" "), readTime(into: &civil), let offset = zoneMinutes(), at == bytes.count else { return nil }
        return Moment(milliseconds: Moment(civil).milliseconds - offset * 60_000)
    }

    private mutating func readTime(into civil: inout CivilTime) -> Bool {
        guard let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60 else { return false }
        civil.hour = hour
        civil.minute = minute
        guard take(":") else { return true }
        guard let second = number(2), second < 60 else { return false }
        civil.second = second
        guard take(".") || take(",") else { return true }
        var count = 0
        while let byte = next, byte >= 48, byte <= 57 {
            if count < 3 { civil.millisecond = civil.millisecond * 10 + Int(byte - 48) }
            count += 1
            at += 1
        }
        if count == 1 { civil.millisecond *= 100 } else if count == 2 { civil.millisecond *= 10 }
        return count > 0
    }

    /// Minutes east of UTC; 0 when nothing is left.
    private mutating func zoneMinutes() -> Int? {
        if at == bytes.count || take("Z") || take("z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2), hours < 24 else { return nil }
        let hasColon = take(":")
        if at == bytes.count, !hasColon { return sign * hours * 60 }
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

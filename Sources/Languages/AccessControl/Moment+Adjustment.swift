extension Moment {
    /// The moment moved as `$NOW(…)` says: `-1 year`, `+2 hours`, `3 days`, `1.5h`, `7` (days).
    ///
    /// - Units: ms, s, m (minutes), h, d, w, mo, y, with their long forms, in any case. Months and years are calendar ones (31 January + 1 month =
    ///   28 or 29 February); the fraction of a month counts as that part of 30 days.
    /// - An adjustment that can't be read moves nothing (contract/items.md, 2.5.8); leading blanks can't.
    package func adjusted(by text: String) -> Moment {
        guard let (amount, unit) = Moment.parse(text) else { return self }
        switch unit {
        case .milliseconds(let length): return moved(by: amount * length)
        case .months(let count): return moved(byMonths: amount * count)
        }
    }

    private enum Unit {
        case milliseconds(Double)
        case months(Double)
    }

    private static let units: [String: Unit] = {
        let second = 1000.0
        let words: [([String], Unit)] = [
            (["ms", "msec", "msecs", "millisecond", "milliseconds"], .milliseconds(1)),
            (["s", "sec", "secs", "second", "seconds"], .milliseconds(second)),
            (["m", "min", "mins", "minute", "minutes"], .milliseconds(60 * second)),
            (["h", "hr", "hrs", "hour", "hours"], .milliseconds(3600 * second)),
            (["", "d", "day", "days"], .milliseconds(86_400 * second)),
            (["w", "wk", "wks", "week", "weeks"], .milliseconds(604_800 * second)),
            (["mo", "mon", "month", "months"], .months(1)),
            (["y", "yr", "yrs", "year", "years"], .months(12)),
        ]
        return Dictionary(words.flatMap { words, unit in words.map { ($0, unit) } }) { first, _ in first }
    }()

    private static func parse(_ text: String) -> (Double, Unit)? {
        guard text.utf8.count <= 64 else { return nil }
        let bytes = Array(text.utf8)
        var end = 0
        if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { end = 1 }
        while end < bytes.count, (48...57).contains(bytes[end]) || bytes[end] == UInt8(ascii: ".") { end += 1 }
        var number = String(decoding: bytes[..<end], as: UTF8.self)
        if number.hasPrefix("+") { number.removeFirst() }
        guard let amount = Double(number) else { return nil }
        let rest = bytes[end...].drop { $0 == UInt8(ascii: " ") }
        guard let unit = units[String(decoding: rest, as: UTF8.self).lowercased()] else { return nil }
        return (amount, unit)
    }

    private func moved(by milliseconds: Double) -> Moment {
        let target = Double(self.milliseconds) + milliseconds.rounded()
        // Beyond the range of years it is cut anyway; 1e15 ms still fits an Int.
        return Moment(milliseconds: Int(min(max(target, -1e15), 1e15)))
    }

    private func moved(byMonths months: Double) -> Moment {
        let whole = months.rounded(.towardZero)
        guard abs(whole) <= 120_000 else { return Moment(milliseconds: whole < 0 ? -1_000_000_000_000_000 : 1_000_000_000_000_000) }
        var civil = civil
        let total = civil.year * 12 + civil.month - 1 + Int(whole)
        guard total >= 12 else { return Moment(milliseconds: -1_000_000_000_000_000) }
        civil.year = total / 12
        civil.month = total % 12 + 1
        civil.day = min(civil.day, Moment.days(inMonth: civil.month, of: civil.year))
        return Moment(civil).moved(by: (months - whole) * 30 * Double(Moment.dayLength))
    }
}

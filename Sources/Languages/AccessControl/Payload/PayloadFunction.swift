internal import JSONText

/// `year(day)`, `count(tags)` in a rule, computed from the payload's own value.
/// - Source: contract/items.md, 2.15 and 6.2.
enum PayloadFunction {
    /// - Returns: a number; null where the value is null, of another kind, or the function unknown: a rule that wants a number then fails.
    static func value(of function: String, _ source: JSONValue) -> JSONValue {
        switch source {
        case .array(let elements): return function == "count" ? .integer(elements.count) : .null
        case .string(let text): return part(function, of: text).map { .integer($0) } ?? .null
        case .null, .bool, .number, .object: return .null
        }
    }

    private static func part(_ function: String, of text: String) -> Int? {
        // A time of day has no date, and the date does not matter to its parts.
        let isTime = ["hour", "minute", "second"].contains(function)
        guard let moment = Moment(isoText: text) ?? (isTime ? Moment(isoText: "2000-01-01T\(text)") : nil) else { return nil }
        let civil = moment.civil
        return switch function {
        case "year": civil.year
        case "month": civil.month
        case "week": isoWeek(of: moment.dayNumber)
        case "day": civil.day
        case "weekday": weekday(of: moment.dayNumber)
        case "hour": civil.hour
        case "minute": civil.minute
        case "second": civil.second
        default: nil
        }
    }

    /// Sunday = 0, as `EXTRACT(dow)`.
    private static func weekday(of day: Int) -> Int { ((day + 4) % 7 + 7) % 7 }

    /// Of ISO 8601, as `EXTRACT(week)`: the week of the Thursday nearest to the day.
    private static func isoWeek(of day: Int) -> Int {
        let thursday = day - (weekday(of: day) + 6) % 7 + 3
        let year = Moment(milliseconds: thursday * Moment.dayLength).civil.year
        return (thursday - Moment.dayNumber(year: year, month: 1, day: 1)) / 7 + 1
    }
}

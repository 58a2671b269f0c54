/// Parts of dates and times, from their texts.
enum OracleDates {
    static func part(_ function: String, of cell: OracleCell, _ kind: OracleKind) -> OracleCell {
        guard let text = cell.string else { return .null }
        let halves = text.split(separator: "T").map { String($0) }
        let date = kind == .time ? [] : halves[0].split(separator: "-").map { Int($0)! }
        let time = kind == .date ? "" : halves[halves.count - 1].replacing("Z", with: "")
        let hours = time.split(separator: ":").map { String($0) }
        switch function {
        case "year": return .int(date[0])
        case "month": return .int(date[1])
        case "day": return .int(date[2])
        case "week": return .int(isoWeek(date[0], date[1], date[2]))
        case "weekday": return .int(weekday(dayNumber(date[0], date[1], date[2])) % 7)
        case "hour": return .int(Int(hours[0])!)
        case "minute": return .int(Int(hours[1])!)
        default: return .decimal(Int(hours[2].prefix(2))! * 1000 + (Int(hours[2].dropFirst(3)) ?? 0))
        }
    }

    /// Days since 1 January of the year 1, a Monday.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
        let leap = month > 2 && isLeap(year) ? 1 : 0
        let years = year - 1
        return years * 365 + years / 4 - years / 100 + years / 400 + before + leap + day - 1
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// 1 = Monday … 7 = Sunday.
    private static func weekday(_ dayNumber: Int) -> Int { dayNumber % 7 + 1 }

    /// The week that holds the Thursday.
    private static func isoWeek(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let number = dayNumber(year, month, day)
        let thursday = number - weekday(number) + 4
        var of = year
        if thursday < dayNumber(year, 1, 1) { of -= 1 } else if thursday >= dayNumber(year + 1, 1, 1) { of += 1 }
        return (thursday - dayNumber(of, 1, 1)) / 7 + 1
    }
}

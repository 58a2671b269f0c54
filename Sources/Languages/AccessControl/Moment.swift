/// An instant in UTC, to the millisecond. Years 1 to 9999: beyond them it stays at the edge.
package struct Moment: Hashable, Sendable, Comparable {
    /// Since 1970-01-01T00:00:00Z.
    package let milliseconds: Int

    static let dayLength = 86_400_000
    private static let earliest = -62_135_596_800_000
    private static let latest = 253_402_300_799_999

    package init(milliseconds: Int) {
        self.milliseconds = min(max(milliseconds, Moment.earliest), Moment.latest)
    }

    package static func < (a: Moment, b: Moment) -> Bool { a.milliseconds < b.milliseconds }
}

/// A date and time of day of the proleptic Gregorian calendar, as a clock in UTC shows it.
struct CivilTime: Equatable {
    var year: Int
    /// 1 … 12.
    var month: Int
    /// 1 … 31.
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
    var millisecond = 0
}

extension Moment {
    init(_ civil: CivilTime) {
        let day = Moment.dayNumber(year: civil.year, month: civil.month, day: civil.day)
        let seconds = civil.hour * 3600 + civil.minute * 60 + civil.second
        self.init(milliseconds: day * Moment.dayLength + seconds * 1000 + civil.millisecond)
    }

    /// Days since 1970-01-01, rounded down.
    var dayNumber: Int {
        milliseconds >= 0 ? milliseconds / Moment.dayLength : (milliseconds + 1) / Moment.dayLength - 1
    }

    var civil: CivilTime {
        let day = dayNumber
        let time = milliseconds - day * Moment.dayLength
        let (year, month, dayOfMonth) = Moment.civilDate(of: day)
        return CivilTime(
            year: year, month: month, day: dayOfMonth, hour: time / 3_600_000, minute: time / 60_000 % 60, second: time / 1000 % 60,
            millisecond: time % 1000)
    }

    /// Years are counted from 1 March, so that the leap day is a year's last.
    private static func civilDate(of day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

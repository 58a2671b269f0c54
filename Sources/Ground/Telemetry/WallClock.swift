internal import Glibc

/// The time of day, for log lines only.
package enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package struct Instant: Sendable, Hashable {
        package let milliseconds: Int

        package init(milliseconds: Int) {
            self.milliseconds = milliseconds
        }
    }

    package static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: time.tv_sec * 1_000 + time.tv_nsec / 1_000_000)
    }
}

extension WallClock.Instant {
    private static let dayLength = 86_400_000

    private var dayAndTime: (day: Int, time: Int) {
        let day = milliseconds >= 0 ? milliseconds / Self.dayLength : (milliseconds + 1) / Self.dayLength - 1
        return (day, milliseconds - day * Self.dayLength)
    }

    /// `2026-01-01T10:00:00.123Z`
    func append(to out: inout LogText) {
        let (year, month, day) = civilDate
        out.append(digits: year, width: 4)
        out.append("-")
        out.append(digits: month, width: 2)
        out.append("-")
        out.append(digits: day, width: 2)
        out.append("T")
        appendTimeOfDay(to: &out)
        out.append("Z")
    }

    /// `10:00:00.123`
    func appendTimeOfDay(to out: inout LogText) {
        let time = dayAndTime.time
        out.append(digits: time / 3_600_000, width: 2)
        out.append(":")
        out.append(digits: time / 60_000 % 60, width: 2)
        out.append(":")
        out.append(digits: time / 1_000 % 60, width: 2)
        out.append(".")
        out.append(digits: time % 1_000, width: 3)
    }

    /// The proleptic Gregorian date of a count of days: years are counted from 1 March, so that the leap day is a year's last.
    private var civilDate: (year: Int, month: Int, day: Int) {
        let daysPerEra = 146_097
        let shifted = dayAndTime.day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - daysPerEra + 1) / daysPerEra
        let dayOfEra = shifted - era * daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

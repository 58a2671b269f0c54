import AccessControl

/// A moment to the second, as headers have it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7; the obsolete forms aren't read).
struct HTTPDate: Equatable {
    /// Since 1970.
    let seconds: Int

    init(_ moment: Moment) {
        seconds = moment.milliseconds >= 0 ? moment.milliseconds / 1000 : (moment.milliseconds - 999) / 1000
    }

    init?(text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", let month = HTTPDate.months.firstIndex(of: String(parts[2])),
            parts[1].count == 2, parts[3].count == 4, parts[4].count == 8,
            let moment = Moment(isoText: "\(parts[3])-\(HTTPDate.twoDigits(month + 1))-\(parts[1])T\(parts[4])Z")
        else { return nil }
        self.init(moment)
    }

    var text: String {
        let iso = Moment(milliseconds: seconds * 1000).isoText
        let date = iso.prefix(10).split(separator: "-")
        guard date.count == 3, let month = Int(date[1]), (1...12).contains(month) else { return "Thu, 01 Jan 1970 00:00:00 GMT" }
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let weekday = HTTPDate.weekdays[((day + 4) % 7 + 7) % 7]
        return "\(weekday), \(date[2]) \(HTTPDate.months[month - 1]) \(date[0]) \(iso.dropFirst(11).prefix(8)) GMT"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

import Glibc
import JSONText

/// What `Set-Cookie` headers say.
enum Cookies {
    /// - Returns: an object of `{name: {"value", attribute in lower case: value in lower case or true}}`; a cookie that the answer deletes is
    ///   `{"value": "", "path", "cleared": true}`.
    static func read(_ lines: [String]) -> JSONValue {
        var out = JSONObject()
        for line in lines {
            let parts = line.split(separator: ";", omittingEmptySubsequences: false)
            let first = halves(parts[0].trimmingBlanks)
            var jar = JSONObject([("value", .string(first.value ?? ""))])
            for part in parts.dropFirst() {
                let (name, value) = halves(part.trimmingBlanks)
                jar[name.lowercased()] = value.map { .string($0.lowercased()) } ?? .bool(true)
            }
            let until = jar["expires"]?.string
            jar["expires"] = nil
            let isOver = jar["max-age"] == nil && until.flatMap(moment).map { $0 < time(nil) } == true
            if jar["value"]?.string == "" || jar["max-age"]?.string == "0" || isOver {
                jar = JSONObject([("value", ""), ("path", jar["path"] ?? .null), ("cleared", true)])
            }
            out[first.name] = .object(jar)
        }
        return .object(out)
    }

    private static func halves(_ text: String) -> (name: String, value: String?) {
        guard let equals = text.firstIndex(of: "=") else { return (text, nil) }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Seconds since 1970 of a date like `thu, 01 jan 1970 00:00:00 gmt`.
    private static func moment(_ text: String) -> time_t? {
        let parts = text.split { " ,:-".contains($0) }
        guard parts.count >= 7, let month = months.firstIndex(of: String(parts[2])), let day = Int32(parts[1]), let year = Int32(parts[3]),
            let hour = Int32(parts[4]), let minute = Int32(parts[5]), let second = Int32(parts[6])
        else { return nil }
        var date = tm()
        (date.tm_year, date.tm_mon, date.tm_mday) = (year - 1900, Int32(month), day)
        (date.tm_hour, date.tm_min, date.tm_sec) = (hour, minute, second)
        return timegm(&date)
    }
}

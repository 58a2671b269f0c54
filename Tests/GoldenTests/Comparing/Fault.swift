import JSONText

/// One difference between a recorded and an actual answer.
struct Fault: Equatable, CustomStringConvertible {
    /// Where: `.data.0.title`, `status`, `header etag`.
    let place: String
    /// What is wrong, without a value of either side: may be committed for groups whose content may not.
    let kind: String
    /// Both sides, in short.
    let detail: String

    var description: String { detail.isEmpty ? "\(place): \(kind)" : "\(place): \(detail)" }

    /// - Parameter content: whether values may stand in it.
    /// - Returns: one line of at most 160 characters without tabs.
    func reason(content: Bool) -> String {
        let text = content ? description : "\(place): \(kind)"
        let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return line.count <= 160 ? line : line.prefix(157) + "..."
    }
}

/// A value as it stands in a fault: compact JSON of at most 160 characters.
func short(_ value: JSONValue?) -> String {
    guard let value else { return "nothing" }
    let text = value.text
    return text.count <= 160 ? text : text.prefix(157) + "..."
}

import SchemaModel

/// The functions of contract/items.md, 2.15 that work on one field.
package enum FieldFunction: String, Sendable, CaseIterable {
    case year, month, week, day, weekday, hour, minute, second, count

    /// Whether it may be applied to a column of this type (`count` of a relation is told apart by the resolver).
    func applies(to type: FieldType) -> Bool {
        switch self {
        case .year, .month, .week, .day, .weekday: type == .dateTime || type == .timestamp || type == .date
        case .hour, .minute, .second: type == .dateTime || type == .timestamp || type == .time
        case .count: type == .json
        }
    }
}

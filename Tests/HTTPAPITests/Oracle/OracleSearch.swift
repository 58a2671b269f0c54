/// `search`: any of the collection's own columns (contract/items.md, 2.6).
struct OracleSearch {
    let world: OracleWorld
    let access: OracleAccess

    func finds(_ text: String, in row: OracleRow, of collection: String) -> Bool {
        world[collection].fields.contains { field in
            guard !field.isList, !field.isConcealed, access.grants(field.name, of: collection) else { return false }
            let cell = access.value(field.name, of: row, in: collection)
            guard cell != .null else { return false }
            switch field.kind {
            case .string, .text: return OracleComparison.isLike(cell.string!.lowercased(), "%\(text.lowercased())%")
            case .integer: return Int32(text).map { "\($0)" == text && cell == .int(Int($0)) } ?? false
            case .bigInteger: return Int(text).map { "\($0)" == text && cell == .int($0) } ?? false
            case .float, .decimal: return Double(text).map { Self.canonical($0) == text && cell.double == $0 } ?? false
            case .uuid: return text.utf8.count == 36 && cell == .text(text.lowercased())
            case .boolean, .csv, .date, .time, .dateTime, .timestamp, .json: return false
            }
        }
    }

    private static func canonical(_ value: Double) -> String { value.rounded() == value ? "\(Int(value))" : "\(value)" }
}

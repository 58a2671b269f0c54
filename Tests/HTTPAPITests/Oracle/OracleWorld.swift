import JSONText

/// The model that an oracle run makes up: collections with their rows, kept in memory as PostgreSQL keeps them on disk.
struct OracleWorld: Sendable {
    var collections: [OracleCollection] = []

    subscript(name: String) -> OracleCollection { collections.first { $0.name == name }! }

    /// The row of this key; keys are unique.
    func row(_ key: OracleCell, of collection: OracleCollection) -> OracleRow? {
        key == .null ? nil : collection.rowOfKey[key].map { collection.rows[$0] }
    }
}

struct OracleCollection: Sendable {
    let name: String
    let key: String
    /// The key included.
    var fields: [OracleField]
    /// The manual order of the collection, or none.
    var sort: String?
    var rows: [OracleRow] = [] {
        didSet { rowOfKey = Dictionary(uniqueKeysWithValues: rows.map { ($0[key], $0.index) }) }
    }
    fileprivate(set) var rowOfKey: [OracleCell: Int] = [:]

    func field(_ name: String) -> OracleField? { fields.first { $0.name == name } }
    var keyField: OracleField { field(key)! }
}

struct OracleField: Sendable {
    let name: String
    /// Of the column's values; for a list, of no use.
    let kind: OracleKind
    var relation: OracleRelation?
    /// Never shown, compared or sorted.
    var isConcealed = false

    /// A list has no column.
    var isList: Bool { if case .list? = relation { true } else { false } }
}

enum OracleRelation: Sendable {
    case manyToOne(String)
    /// The rows of a collection whose field `by` holds the key here, in the order of their field `sort`.
    case list(of: String, by: String, sort: String?)
    /// The column of a many-to-any junction; `selector` holds the name of the collection.
    case any([String], selector: String)
}

enum OracleKind: Sendable, CaseIterable {
    case integer, bigInteger, float, decimal, boolean, string, text, csv, uuid, date, time, dateTime, timestamp, json

    var isNumeric: Bool {
        switch self {
        case .integer, .bigInteger, .float, .decimal: true
        case .boolean, .string, .text, .csv, .uuid, .date, .time, .dateTime, .timestamp, .json: false
        }
    }

    var isText: Bool { self == .string || self == .text || self == .csv }

    /// In a definition file.
    var word: String { self == .decimal ? "decimal(8,2)" : "\(self)" }

    /// What reads a part of it as a number.
    var functions: [String] {
        let (days, hours) = (["year", "month", "week", "day", "weekday"], ["hour", "minute", "second"])
        switch self {
        case .date: return days
        case .time: return hours
        case .dateTime, .timestamp: return days + hours
        case .integer, .bigInteger, .float, .decimal, .boolean, .string, .text, .csv, .uuid, .json: return []
        }
    }
}

struct OracleRow: Sendable {
    let index: Int
    var cells: [String: OracleCell]

    /// What a path leads to that leads nowhere: a row of nulls, of which 0 others are related to it.
    static let absent = OracleRow(index: -1, cells: [:])

    subscript(field: String) -> OracleCell { cells[field] ?? .null }
}

/// One value as it is stored. Dates and times are ISO texts of one length for their kind, so that the order of bytes is theirs.
enum OracleCell: Sendable, Hashable, Comparable {
    case bool(Bool)
    case int(Int)
    case float(Float)
    /// In thousandths.
    case decimal(Int)
    /// By bytes: Swift's own comparison takes `é` and `e` + accent for one.
    case text([UInt8])
    /// Greater than all others, as PostgreSQL sorts.
    case null

    static func text(_ text: String) -> OracleCell { .text(Array(text.utf8)) }

    var string: String? { if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }

    var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .float(let value): Double(value)
        case .decimal(let value): Double(value) / 1000
        case .bool, .text, .null: nil
        }
    }

    /// Of one kind; null is greater than everything.
    static func < (a: OracleCell, b: OracleCell) -> Bool {
        switch (a, b) {
        case (.null, _): false
        case (_, .null): true
        case (.bool(let a), .bool(let b)): !a && b
        case (.int(let a), .int(let b)): a < b
        case (.float(let a), .float(let b)): a < b
        case (.decimal(let a), .decimal(let b)): a < b
        case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
        case (.bool, _), (.int, _), (.float, _), (.decimal, _), (.text, _): fatalError("\(a) and \(b) have no order")
        }
    }

    /// With two places.
    static func decimalText(_ thousandths: Int) -> String {
        let part = abs(thousandths) / 10 % 100
        return "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000).\(part < 10 ? "0" : "")\(part)"
    }
}

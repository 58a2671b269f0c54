import JSONText
import SchemaModel

/// Which operators a type admits, and which values (contract/items.md, 2.5.3).
enum OperatorCheck {
    private static let text: Set<FilterOperator> = [
        .contains, .ncontains, .icontains, .startsWith, .nstartsWith, .istartsWith, .nistartsWith, .endsWith, .nendsWith, .iendsWith, .niendsWith,
        .eq, .neq, .empty, .nempty, .null, .nnull, .in, .nin,
    ]
    private static let uuid: Set<FilterOperator> = [.eq, .neq, .null, .nnull, .in, .nin]
    private static let boolean: Set<FilterOperator> = [.eq, .neq, .null, .nnull]
    private static let ordered: Set<FilterOperator> = [.eq, .neq, .lt, .lte, .gt, .gte, .between, .nbetween, .null, .nnull, .in, .nin]
    private static let general: Set<FilterOperator> = [
        .contains, .ncontains, .eq, .neq, .lt, .lte, .gt, .gte, .between, .nbetween, .empty, .nempty, .null, .nnull, .in, .nin,
    ]
    private static let json: Set<FilterOperator> = [.null, .nnull]
    private static let hash: Set<FilterOperator> = [.empty, .nempty, .null, .nnull]
    private static let geometry: Set<FilterOperator> = [
        .eq, .neq, .null, .nnull, .intersects, .nintersects, .intersectsBBox, .nintersectsBBox,
    ]

    static func operators(of type: FieldType) -> Set<FilterOperator> {
        switch type {
        case .string, .text, .csv, .binary: text
        case .uuid: uuid
        case .boolean: boolean
        case .integer, .bigInteger, .float, .decimal, .date, .dateTime, .time: ordered
        case .timestamp, .unknown: general
        case .geometry(nil): geometry
        case .geometry: geometry.union(general)
        case .json: json
        case .hash: hash
        case .alias: []
        }
    }

    /// The mistake in applying `op` with this value to `target`; nil when there is none.
    static func fault(_ op: FilterOperator, _ operand: FilterOperand, target: ResolvedTarget) -> WireError? {
        let type: FieldType
        switch target {
        case .field(let field):
            type = field.type
            if !operators(of: type).contains(op) {
                return .invalidQuery("\"\(type.wireName)\" field type does not contain the \"\(op.rawValue)\" filter operator")
            }
            if field.isConcealed, !hash.contains(op) {
                return .invalidQuery("Field with \"conceal\" special does not allow the \"\(op.rawValue)\" filter operator")
            }
        case .function, .countRelated:
            type = .integer
            if !ordered.contains(op) {
                return .invalidQuery("\"integer\" field type does not contain the \"\(op.rawValue)\" filter operator")
            }
        }
        return valueFault(op, operand, type: type, isFunction: target.isFunction)
    }

    private static func valueFault(_ op: FilterOperator, _ operand: FilterOperand, type: FieldType, isFunction: Bool) -> WireError? {
        switch op {
        case .null, .nnull, .empty, .nempty: return nil
        default: break
        }
        if op == .between || op == .nbetween, case .list(let bounds) = operand, !couldBeTwo(bounds) {
            return .invalidQuery("\"\(op.rawValue)\" has to be an array of two values")
        }
        let allowsNull = op == .eq || op == .neq
        let values: [FilterOperand]
        if case .list(let elements) = operand { values = elements } else { values = [operand] }
        for case .value(let value) in values {
            if value.isNull, !op.takesList {
                if allowsNull { continue }
                return .invalidQuery("Invalid numeric value")
            }
            if value.isNull { continue }
            if let fault = valueFault(value, type: type, isFunction: isFunction) { return fault }
        }
        return nil
    }

    /// A variable may stand for a list.
    private static func couldBeTwo(_ bounds: [FilterOperand]) -> Bool {
        bounds.count == 2 || (bounds.count == 1 && { if case .variable = bounds[0] { true } else { false } }())
    }

    private static func valueFault(_ value: JSONValue, type: FieldType, isFunction: Bool) -> WireError? {
        switch type {
        case .integer, .float, .decimal:
            guard let number = ValueText.number(value) else { return .invalidQuery("Invalid numeric value") }
            if type == .integer, !isFunction, ValueText.int32(number) == nil { return .invalidQuery("Invalid numeric value") }
            return nil
        case .bigInteger:
            return ValueText.int64(value) == nil ? .invalidQuery("Invalid numeric value") : nil
        case .uuid:
            guard case .string(let text) = value, ValueText.isUUID(text) else { return .invalidQuery("Invalid uuid value") }
            return nil
        case .boolean:
            return ValueText.boolean(value) == nil ? .invalidQuery("Invalid boolean value") : nil
        case .string, .text, .csv, .binary, .hash, .unknown:
            if case .string(let text) = value, text.utf8.contains(0) { return .invalidQuery("Invalid text value") }
            return nil
        case .date, .dateTime, .time, .timestamp:
            if case .string(let text) = value, text.utf8.contains(0) { return .invalidQuery("Invalid date value") }
            return nil
        case .json, .geometry, .alias: return nil
        }
    }
}

extension ResolvedTarget {
    var isFunction: Bool {
        switch self {
        case .field: false
        case .function, .countRelated: true
        }
    }
}

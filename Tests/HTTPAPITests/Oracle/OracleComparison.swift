import JSONText

/// One operator over one value, in three-valued logic (contract/items.md, 2.5.3).
struct OracleComparison {
    let kind: OracleKind

    /// nil = unknown.
    func truth(_ cell: OracleCell, _ op: String, _ operand: JSONValue) -> Bool? {
        let isInverted = operand == false
        switch op {
        case "_null": return (cell == .null) != isInverted
        case "_nnull": return (cell != .null) != isInverted
        case "_empty": return (cell == .null || cell == .text("")) != isInverted
        case "_nempty": return (cell != .null && cell != .text("")) != isInverted
        case "_eq" where operand.isNull: return cell == .null
        case "_neq" where operand.isNull: return cell != .null
        default: break
        }
        guard cell != .null else { return nil }
        switch op {
        case "_eq": return cell == value(operand)
        case "_neq": return cell != value(operand)
        case "_lt": return cell < value(operand)
        case "_lte": return !(value(operand) < cell)
        case "_gt": return value(operand) < cell
        case "_gte": return !(cell < value(operand))
        case "_in": return operand.array!.contains { value($0) == cell }
        case "_nin": return !operand.array!.contains { value($0) == cell }
        case "_between", "_nbetween":
            let bounds = operand.array!.map { value($0) }
            return (!(cell < bounds[0]) && !(bounds[1] < cell)) == (op == "_between")
        default: return like(cell.string!, op, operand.string!)
        }
    }

    private func value(_ operand: JSONValue) -> OracleCell { OracleValues.cell(operand, as: kind) }

    private func like(_ text: String, _ op: String, _ value: String) -> Bool {
        var name = op.dropFirst()
        let negated = name.hasPrefix("n")
        if negated { name = name.dropFirst() }
        let ignoresCase = name.hasPrefix("i")
        if ignoresCase { name = name.dropFirst() }
        let pattern = name == "contains" ? "%\(value)%" : name == "starts_with" ? "\(value)%" : "%\(value)"
        return Self.isLike(ignoresCase ? text.lowercased() : text, ignoresCase ? pattern.lowercased() : pattern) != negated
    }

    /// SQL's LIKE, by code points: `%` is any text, `_` one character.
    static func isLike(_ text: String, _ pattern: String) -> Bool {
        isLike(Array(text.unicodeScalars)[...], Array(pattern.unicodeScalars)[...])
    }

    private static func isLike(_ text: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if first == "%" { return (0...text.count).contains { isLike(text.dropFirst($0), rest) } }
        guard let scalar = text.first, first == "_" || first == scalar else { return false }
        return isLike(text.dropFirst(), rest)
    }
}

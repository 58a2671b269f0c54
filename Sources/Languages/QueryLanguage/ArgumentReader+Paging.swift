import JSONText
import SchemaModel

extension ArgumentReader {
    /// Empty text is 0; -1 becomes the maximum where there is one.
    func limit() throws(WireError) -> Int? {
        guard let value = value("limit") else { return nil }
        let bound = mode == .whole ? limits.rowBound : nil
        let limit = try integer(value, key: "limit", from: -1, to: bound)
        if limit < 0, let bound = limits.rowBound { return bound }
        return limit
    }

    func offset() throws(WireError) -> Int? {
        guard let value = value("offset"), value != .string("") else { return nil }
        return try integer(value, key: "offset", from: 0, to: nil)
    }

    /// 0 counts as not given at the top; below `deep` it is refused.
    func page() throws(WireError) -> Int? {
        guard let value = value("page"), value != .string("") else { return nil }
        let page = try integer(value, key: "page", from: prefix.isEmpty ? 0 : 1, to: nil)
        return page == 0 ? nil : page
    }

    private func integer(_ value: JSONValue, key: String, from minimum: Int, to maximum: Int?) throws(WireError) -> Int {
        let name = "\"\(prefix)\(key)\""
        let number: Double? =
            switch value {
            case .string(let text): QueryText.number(text)
            case .number(let number): number.double
            case .null, .bool, .array, .object: nil
            }
        guard let number, !number.isNaN else { throw .invalidQuery("\(name) must be a number") }
        if number.isInfinite { throw .invalidQuery("\(name) cannot be infinity") }
        if abs(number) > 9_007_199_254_740_991 { throw .invalidQuery("\(name) must be a safe number") }
        if number.rounded() != number { throw .invalidQuery("\(name) must be an integer") }
        let integer = Int(number)
        if integer < minimum { throw .invalidQuery("\(name) must be greater than or equal to \(minimum)") }
        if let maximum, integer > maximum { throw .invalidQuery("\(name) must be less than or equal to \(maximum)") }
        return integer
    }
}

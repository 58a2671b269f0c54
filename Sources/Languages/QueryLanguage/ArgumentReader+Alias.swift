import JSONText
import SchemaModel

extension ArgumentReader {
    func aliasSource() throws(WireError) -> JSONObject? {
        try object("alias", else: "\"\(prefix)alias\" has to be an object")
    }

    /// Keys and targets as text; a period stands only in a `json(…)` target.
    func alias(_ source: JSONObject?) throws(WireError) -> AliasTable {
        guard let source, !source.isEmpty else { return .none }
        try refuseMore(than: QueryLimits.maximumNames, source.count, in: "alias")
        var targets: [String: String] = [:]
        for (key, value) in source {
            guard case .string(let target) = value else { throw .invalidQuery("\"\(prefix)alias\" value of \"\(key)\" has to be a string") }
            let period = UInt8(ascii: ".")
            if key.utf8.contains(period) || (target.utf8.contains(period) && !target.hasPrefix("json(")) {
                throw .invalidQuery("\"\(prefix)alias\" key/value can't contain a period character `.`")
            }
            targets[key] = target
        }
        return AliasTable(keys: source.keys, targets: targets)
    }
}

package import JSONText

/// Compares two snapshots member by member. Collections, fields and relations are told by their names; their order has no meaning.
package enum SnapshotComparison {
    /// - Returns: a remark of kind `lost` for each member of `expected` that is another or missing in `found`, or is there in `found` alone.
    package static func differences(_ expected: JSONValue, _ found: JSONValue) -> [ImportRemark] {
        compare(named(expected), named(found), at: "")
    }

    private static func named(_ snapshot: JSONValue) -> JSONValue {
        guard var object = snapshot.object else { return snapshot }
        for key in ["collections", "fields", "systemFields", "relations"] {
            let members = (object[key]?.array ?? []).map { element in
                ((element["collection"]?.string ?? "") + (element["field"]?.string.map { ".\($0)" } ?? ""), element)
            }
            object[key] = .object(JSONObject(members))
        }
        return .object(object)
    }

    private static func compare(_ a: JSONValue?, _ b: JSONValue?, at path: String) -> [ImportRemark] {
        if let a = a?.object, let b = b?.object {
            let keys = a.keys + b.keys.filter { a[$0] == nil }
            return keys.flatMap { compare(a[$0], b[$0], at: path.isEmpty ? $0 : "\(path)/\($0)") }
        }
        if a == b { return [] }
        return [ImportRemark(.lost, at: path, message: "the files say \(b?.text ?? "nothing")", value: a)]
    }
}

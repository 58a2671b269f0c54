package import JSONText

/// Default values that permissions merge under a payload.
/// - Source: contract/items.md, 5.1, 5.2 (priority) and 5.5.
package enum Presets {
    /// Presets of all rows, later rows winning, with variables replaced. Merged by key of the first level, not deeper.
    package static func resolved(_ rows: [PermissionRow], values: DynamicValues) -> JSONObject {
        var merged = JSONObject()
        for row in rows {
            guard let presets = row.presets else { continue }
            for (key, value) in presets { merged[key] = values.resolve(value) }
        }
        return merged
    }

    /// The payload with presets for the keys it does not have (one that is null has it).
    /// - Parameter rows: in priority order (`ActionAccess.rows`); none for admins.
    package static func merge(_ rows: [PermissionRow], into payload: JSONObject, values: DynamicValues) -> JSONObject {
        guard rows.contains(where: { $0.presets != nil }) else { return payload }
        var merged = payload
        for (key, value) in resolved(rows, values: values) where payload[key] == nil { merged[key] = value }
        return merged
    }
}

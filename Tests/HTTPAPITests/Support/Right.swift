/// A row of `directus_permissions`, as models write it.
struct Right: Sendable {
    let collection: String
    let action: String
    let fields: String
    var rule: String?
    var validation: String?
    var presets: String?

    init(_ action: String, _ collection: String, _ fields: String, rule: String? = nil, validation: String? = nil, presets: String? = nil) {
        self.collection = collection
        self.action = action
        self.fields = fields
        self.rule = rule
        self.validation = validation
        self.presets = presets
    }

    /// One INSERT; keys from `first` on, in order.
    static func sql(_ rights: [Right], of policy: String, from first: Int) -> String {
        let rows = rights.enumerated().map { index, right in
            let texts = [right.collection, right.action, right.fields, right.rule, right.validation, right.presets].map {
                $0.map { "'\($0)'" } ?? "NULL"
            }
            return "(\(first + index), '\(policy)', \(texts.joined(separator: ", ")))"
        }
        return """
            INSERT INTO directus_permissions (id, policy, collection, action, fields, permissions, validation, presets) VALUES
              \(rows.joined(separator: ",\n  "));
            """
    }
}

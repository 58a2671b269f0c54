import JSONText
import SchemaModel

/// What a `read` permission means for other collections: fields behind paths, and rows of junctions that no file defines.
///
/// A related item is readable where an item that points at it is: the rule goes back along the relation. `author.first_name` under
/// `where: { status: { _eq: published } }` gives `first_name` of users with `{ $FOLLOW(posts,author): { _some: { status: … } } }`.
///
/// - Errors: `bad-path`, where a rule can't be turned round. Warning: `no-effect`, the same for a junction.
/// - Source: contract/items.md, 2.5.4 and 2.5.5 (`_some` stands on the first level alone).
struct ReadSpread {
    /// What the spread needs to know of all collections; made once.
    struct Surroundings {
        let drafts: [Draft]
        let indexByName: [CollectionName: Int]
        let snapshot: SchemaSnapshot
        /// By collection: its lists whose junction no file defines.
        let madeLists: [Int: [String]]

        init(_ linking: Linking, _ snapshot: SchemaSnapshot) {
            drafts = linking.drafts
            indexByName = linking.indexByName
            self.snapshot = snapshot
            var lists: [Int: [String]] = [:]
            for link in linking.links where linking.draft(link.many.collection)?.isDerived == true {
                lists[link.owner, default: []].append(link.field.name)
            }
            madeLists = lists
        }

        func isMade(_ collection: CollectionName) -> Bool { indexByName[collection].map { drafts[$0].isDerived } ?? false }
    }

    let surroundings: Surroundings
    let policy: PolicyID
    let origin: SourceLocation
    private(set) var rows: [PermissionDefinition] = []
    private(set) var diagnostics: [Diagnostic] = []

    init(_ surroundings: Surroundings, policy: PolicyID, origin: SourceLocation) {
        self.surroundings = surroundings
        self.policy = policy
        self.origin = origin
    }

    /// The first names of paths, each once; `*` alone where it stands among them.
    static func heads(of paths: [[String]]) -> [String] {
        var heads: [String] = []
        for path in paths {
            let head = String(path[0].prefix { $0 != ":" })
            if !heads.contains(head) { heads.append(head) }
        }
        return heads.contains("*") ? ["*"] : heads
    }

    mutating func grant(_ paths: [[String]], on owner: Int, rows rule: JSONValue?) {
        var order: [String] = []
        var tails: [String: [[String]]] = [:]
        for path in paths {
            let parts = path[0] == "*" ? madeLists(of: owner).map { [$0, "*"] } : [implied(path, owner)]
            for part in parts where part.count > 1 {
                if tails[part[0]] == nil { order.append(part[0]) }
                tails[part[0], default: []].append(Array(part.dropFirst()))
            }
        }
        for step in order { follow(step, tails[step] ?? [], from: owner, rule) }
    }

    /// A list whose junction is made shows its rows without being told.
    private func implied(_ path: [String], _ owner: Int) -> [String] {
        path.count == 1 && madeLists(of: owner).contains(path[0]) ? path + ["*"] : path
    }

    private func madeLists(of owner: Int) -> [String] { surroundings.madeLists[owner] ?? [] }

    private mutating func follow(_ step: String, _ tails: [[String]], from owner: Int, _ rule: JSONValue?) {
        let name = FieldName(String(step.prefix { $0 != ":" }))
        let collection = surroundings.drafts[owner].name
        guard let role = surroundings.snapshot.role(of: name, in: collection) else { return }
        let target: CollectionName?
        let turned: JSONValue?
        switch role {
        case .manyToOne(let relation):
            target = relation.oneCollection
            let back = relation.oneField?.text ?? "$FOLLOW(\(collection),\(name))"
            turned = [(back, ["_some": rule ?? [:]] as JSONValue)].asObject
        case .anyToOne(let relation):
            target = CollectionName(String(step.drop { $0 != ":" }.dropFirst()))
            let back = "$FOLLOW(\(collection),\(name),\(relation.oneCollectionField?.text ?? ""))"
            turned = [(back, ["_some": rule ?? [:]] as JSONValue)].asObject
        case .oneToMany(let relation):
            target = relation.manyCollection
            turned = turnedOver(relation.manyField.text, rule)
        }
        guard let target, let index = surroundings.indexByName[target] else { return }
        guard let turned else { return refuse(step, target, tails) }
        var paths = tails
        if case .translations? = surroundings.drafts[owner].field(name.text)?.form { paths = withLanguage(tails, role) }
        rows.append(
            PermissionDefinition(
                policy: policy, collection: target, action: .read, fields: ReadSpread.heads(of: paths), permissions: turned, origin: origin))
        grant(paths, on: index, rows: turned)
    }

    /// A translation without its language is of no use.
    private func withLanguage(_ tails: [[String]], _ role: RelationRole) -> [[String]] {
        guard let language = role.relation.junctionField?.text, !tails.contains(["*"]), !tails.contains([language]) else { return tails }
        return [[language]] + tails
    }

    /// Items whose parent is readable; nil when the rule has `_some` or `_none`, which can't stand below another relation.
    private func turnedOver(_ field: String, _ rule: JSONValue?) -> JSONValue? {
        let exists: JSONValue = [(field, ["_nnull": true] as JSONValue)].asObject
        guard let rule, rule != [:] else { return exists }
        if ReadSpread.hasSubquery(rule) { return nil }
        return ["_and": [exists, [(field, rule)].asObject]]
    }

    private mutating func refuse(_ step: String, _ target: CollectionName, _ tails: [[String]]) {
        let isImplied = tails == [["*"]] && surroundings.isMade(target)
        diagnostics.append(
            Diagnostic(
                isImplied ? .warning : .error, code: isImplied ? "no-effect" : "bad-path",
                message: "the rule has `_some` or `_none` and can't limit the items of `\(target)` behind `\(step)`", at: origin,
                hint: "say what may be read in a document `collection: \(target)`"))
    }

    private static func hasSubquery(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let members): members.contains { $0.key == "_some" || $0.key == "_none" || hasSubquery($0.value) }
        case .array(let values): values.contains(where: hasSubquery)
        case .null, .bool, .number, .string: false
        }
    }

    /// Rows of one policy, collection, action and rule become one; the fields of all.
    static func merged(_ rows: [PermissionDefinition]) -> [PermissionDefinition] {
        struct Kind: Hashable {
            var policy: PolicyID
            var collection: CollectionName
            var action: PermissionAction
            var rules: [JSONValue?]
        }
        var out: [PermissionDefinition] = []
        out.reserveCapacity(rows.count)
        var places: [Kind: Int] = [:]
        for row in rows {
            let kind = Kind(
                policy: row.policy, collection: row.collection, action: row.action, rules: [row.permissions, row.validation, row.presets])
            guard let twin = places[kind] else {
                places[kind] = out.count
                out.append(row)
                continue
            }
            let all = out[twin].fields + row.fields.filter { !out[twin].fields.contains($0) }
            out[twin].fields = all.contains("*") ? ["*"] : all
        }
        return out
    }
}

extension [(String, JSONValue)] {
    fileprivate var asObject: JSONValue { .object(JSONObject(self)) }
}

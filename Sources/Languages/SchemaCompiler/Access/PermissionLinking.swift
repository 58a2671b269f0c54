import JSONText
import SchemaModel

/// `permissions:` of all collections -> rows of `directus_permissions`.
///
/// - Note: a path in `read` (`author.first_name`) and a junction that no file defines get rows of their own (`ReadSpread`).
extension Linking {
    mutating func linkPermissions(_ access: inout AccessLinking, _ snapshot: SchemaSnapshot) -> [PermissionDefinition] {
        var rows: [PermissionDefinition] = []
        let surroundings = ReadSpread.Surroundings(self, snapshot)
        for owner in drafts.indices {
            let declared = (drafts[owner].declaration?.permissions ?? []) + (drafts[owner].addition?.permissions ?? [])
            for permission in declared {
                guard let policy = access.policy(permission.policy) else {
                    _ = row(permission, .public, owner, surroundings)
                    continue
                }
                let (own, spread) = row(permission, policy, owner, surroundings)
                rows.append(own)
                rows += spread
            }
        }
        return ReadSpread.merged(rows)
    }

    private mutating func row(
        _ permission: PermissionDeclaration, _ policy: PolicyID, _ owner: Int, _ surroundings: ReadSpread.Surroundings
    ) -> (PermissionDefinition, [PermissionDefinition]) {
        let snapshot = surroundings.snapshot
        var row = PermissionDefinition(
            policy: policy, collection: drafts[owner].name, action: permission.action, fields: ["*"], origin: permission.location)
        if let node = permission.rule?[.where], node.mapping != nil {
            check(filter: node, on: owner, snapshot)
            row.permissions = node.json
        }
        if let node = permission.rule?[.validate], node.mapping != nil { row.validation = validation(node, owner, snapshot) }
        if let node = permission.rule?[.preset] { row.presets = preset(node, owner) }
        var paths: [[String]] = [["*"]]
        if let node = permission.rule?[.fields] { paths = readFields(node, permission.action, owner, snapshot) }
        row.fields = ReadSpread.heads(of: paths)
        guard permission.action == .read else { return (row, []) }
        var spread = ReadSpread(surroundings, policy: policy, origin: permission.location)
        spread.grant(paths, on: owner, rows: row.permissions)
        diagnostics += spread.diagnostics
        return (row, spread.rows)
    }

    /// The rule on what is sent; conditions on translated fields have no place here and are left out with a warning.
    private mutating func validation(_ node: YAMLNode, _ owner: Int, _ snapshot: SchemaSnapshot) -> JSONValue? {
        guard !drafts[owner].moved.isEmpty, let mapping = node.mapping else {
            check(filter: node, on: owner, snapshot)
            return node.json
        }
        var kept = mapping
        kept.entries = mapping.entries.filter { entry in
            guard let move = drafts[owner].moved[entry.key] else { return true }
            warnOfTranslated(entry.key, move, at: entry.keyLocation)
            return false
        }
        check(filter: .mapping(kept), on: owner, snapshot)
        return kept.entries.isEmpty ? nil : YAMLNode.mapping(kept).json
    }

    private mutating func warnOfTranslated(_ field: String, _ move: Draft.Move, at location: SourceLocation) {
        report(
            "translated-field", "`\(field)` is translated: what may be written is said in `\(move.collection)`", at: location,
            hint: "add a document `collection: \(move.collection)` with `permissions`", severity: .warning)
    }

    private mutating func preset(_ node: YAMLNode, _ owner: Int) -> JSONValue? {
        guard let entries = node.mapping?.entries else { return nil }
        for entry in entries where drafts[owner].field(entry.key) == nil {
            reportUnknown(field: Located(value: entry.key, location: entry.keyLocation), of: owner)
        }
        return node.json
    }

    /// The fields as paths: `[title]`, `[author, first_name]`, `[*]`. Unknown names are reported and left out.
    private mutating func readFields(
        _ node: YAMLNode, _ action: PermissionAction, _ owner: Int, _ snapshot: SchemaSnapshot
    ) -> [[String]] {
        if node.items == nil { return node.scalar?.text == "*" ? [["*"]] : [] }
        var paths: [[String]] = []
        for item in node.items ?? [] {
            guard let scalar = item.scalar, scalar.isText else { continue }
            var path = scalar.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if path.count > 1, action != .read {
                report(
                    "bad-path", "`\(scalar.text)`: paths are for `read`", at: scalar.location,
                    hint: "what may be written to related items is said in their collection")
                continue
            }
            if let move = drafts[owner].moved[path[0]] {
                if action != .read { warnOfTranslated(path[0], move, at: scalar.location) }
                path = action == .read ? [move.alias] + path : [move.alias]
            }
            if isKnown(path, owner, scalar.location, snapshot) { paths.append(path) }
        }
        return paths
    }

    private mutating func isKnown(_ path: [String], _ owner: Int, _ location: SourceLocation, _ snapshot: SchemaSnapshot) -> Bool {
        var at = owner
        for (depth, part) in path.enumerated() {
            let name = String(part.prefix { $0 != ":" })
            if name == "*" && depth == path.count - 1 { return true }
            guard drafts[at].field(name) != nil else {
                reportUnknown(field: Located(value: name, location: location), of: at)
                return drafts[at].isUnreadable(name)
            }
            if depth == path.count - 1 { return true }
            guard let next = destination(of: part, from: at, location, snapshot) else { return false }
            at = next
        }
        return true
    }

    private mutating func destination(of part: String, from owner: Int, _ location: SourceLocation, _ snapshot: SchemaSnapshot) -> Int? {
        let name = String(part.prefix { $0 != ":" })
        switch snapshot.role(of: FieldName(name), in: drafts[owner].name) {
        case .manyToOne(let relation): return relation.oneCollection.flatMap { indexByName[$0] }
        case .oneToMany(let relation): return indexByName[relation.manyCollection]
        case .anyToOne(let relation):
            let allowed = (relation.oneAllowedCollections ?? []).map(\.text)
            let scope = part.contains(":") ? String(part[part.index(part.startIndex, offsetBy: name.count + 1)...]) : ""
            if allowed.contains(scope) { return indexByName[CollectionName(scope)] }
            report(
                "bad-path", "`\(part)` must say whose field is meant", at: location,
                hint: allowed.map { "`\(name):\($0)`" }.joined(separator: ", "))
            return nil
        case nil:
            guard drafts[owner].field(name)?.form.isRelation != true else { return nil }
            report("bad-path", "`\(name)` is no relation of `\(drafts[owner].name)`", at: location)
            return nil
        }
    }
}

import SchemaModel

/// YAML documents -> declarations. Reports what is wrong in the form of each document; goes on with what can be read.
///
/// - Errors, by code: those of `YAMLReader`, `EnvironmentExpansion`, `ShapeCheck`, `FieldReading`, and `unknown-kind`, `unsupported-kind`,
///   `missing-key`, `reserved-name`.
struct DocumentReading {
    private(set) var declarations = Declarations()
    private(set) var diagnostics: [Diagnostic] = []

    private let environment: [String: String]
    /// Names of the system collections; empty while these are read themselves.
    private let systemNames: Set<String>
    private let readsSystem: Bool

    init(environment: [String: String], systemNames: Set<String>) {
        self.environment = environment
        self.systemNames = systemNames
        readsSystem = false
    }

    private init() {
        environment = [:]
        systemNames = []
        readsSystem = true
    }

    /// For the files that ship with the program.
    static func ofSystem() -> DocumentReading { DocumentReading() }

    mutating func read(_ file: SourceFile) {
        let (documents, problems) = YAMLReader.documents(file.text, file: file.path)
        diagnostics += problems
        if problems.contains(where: { $0.code.hasPrefix("yaml-") }) { noteWords(of: file.text) }
        var expansion = EnvironmentExpansion(environment)
        let mayExpand = !readsSystem && EnvironmentExpansion.mayHaveVariables(file.text)
        for document in documents where !document.isNull { read(mayExpand ? expansion.expand(document) : document) }
        diagnostics += expansion.diagnostics
    }

    private mutating func report(_ code: String, _ message: String, at location: SourceLocation, hint: String? = nil) {
        diagnostics.append(Diagnostic(code: code, message: message, at: location, hint: hint))
    }

    private mutating func read(_ document: YAMLNode) {
        guard let mapping = document.mapping, let first = mapping.entries.first else {
            return report("wrong-type", "a document is a mapping that begins with what it defines, not \(document.found)", at: document.location)
        }
        guard let kind = DocumentKind(rawValue: first.key) else { return report(unknownKind: first, in: mapping) }
        guard let table = kind.table else {
            return report(
                "unsupported-kind", "`\(first.key):` can't be defined in files yet", at: first.keyLocation,
                hint: "this version reads " + DocumentKind.supported.map { "`\($0.rawValue):`" }.joined(separator: ", "))
        }
        switch kind {
        case .collection: readCollection(document, mapping, first)
        case .folder: readFolder(document, first)
        case .policies, .roles:
            check(document, table)
            readAccess(document)
        case .flows, .dashboards, .translations, .settings, .presets: break
        }
    }

    private mutating func report(unknownKind first: YAMLMapping.Entry, in mapping: YAMLMapping) {
        noteWords(of: YAMLNode.mapping(mapping))
        let kinds = DocumentKind.supported.map(\.rawValue)
        if let late = mapping.entries.first(where: { kinds.contains($0.key) }) {
            return report(
                "unknown-kind", "`\(late.key)` must be the first key of its document; here it is `\(first.key)`", at: late.keyLocation)
        }
        let near = Spelling.nearest(to: first.key, among: kinds).map { "did you mean `\($0)`?" }
        report(
            "unknown-kind", "a document begins with what it defines; `\(first.key)` is none of these", at: first.keyLocation,
            hint: near ?? "allowed: " + kinds.joined(separator: ", "))
    }

    /// What the broken file may define: keys, and what follows `collection:` and the like.
    private mutating func noteWords(of text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            declarations.unreadableNames.insert(String(line[..<colon].drop { $0 == " " }))
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            declarations.unreadableNames.insert(String(value.prefix { $0 != " " && $0 != "#" }))
        }
    }

    private mutating func noteWords(of node: YAMLNode) {
        for entry in node.mapping?.entries ?? [] {
            declarations.unreadableNames.insert(entry.key)
            if let scalar = entry.value.scalar { declarations.unreadableNames.insert(scalar.text) }
            noteWords(of: entry.value)
        }
    }

    private mutating func check(_ document: YAMLNode, _ table: KeyTable) {
        var shapes = ShapeCheck()
        shapes.check(document, .keys(table), of: table.title)
        diagnostics += shapes.diagnostics
    }

    private mutating func readFolder(_ document: YAMLNode, _ first: YAMLMapping.Entry) {
        check(document, FolderKey.keyTable)
        guard let name = KeyedNode<FolderKey>(document).name(.folder) else { return reportMissingName(first) }
        let keys = KeyedNode<CollectionKey>(document)
        declarations.collections.append(CollectionDeclaration(kind: .folder, name: name, keys: keys, fields: [], permissions: []))
    }

    private mutating func reportMissingName(_ first: YAMLMapping.Entry) {
        if first.value.isNull || first.value.scalar?.text.isEmpty == true {
            report("missing-value", "`\(first.key)` needs a name", at: first.keyLocation)
        }
    }

    private mutating func readCollection(_ document: YAMLNode, _ mapping: YAMLMapping, _ first: YAMLMapping.Entry) {
        let keys = KeyedNode<CollectionKey>(document)
        let named = keys.name(.collection)
        let kind: CollectionDeclaration.Kind = readsSystem ? .system : named.map { systemNames.contains($0.value) } == true ? .addition : .collection
        switch kind {
        case .system: check(document, CollectionKey.systemTable)
        case .addition: check(document, CollectionKey.extensionTable)
        case .collection, .folder: check(document, CollectionKey.keyTable)
        }
        guard let name = named else { return reportMissingName(first) }
        var collection = CollectionDeclaration(kind: kind, name: name, keys: keys, fields: [], permissions: permissions(keys[.permissions]))
        for entry in keys[.fields]?.mapping?.entries ?? [] {
            var reading = FieldReading(entry)
            if !entry.value.isNull, let field = reading.read() {
                collection.fields.append(field)
            } else {
                collection.unreadableFields.insert(entry.key)
            }
            diagnostics += reading.diagnostics
        }
        declarations.collections.append(collection)
    }

    private func permissions(_ node: YAMLNode?) -> [PermissionDeclaration] {
        var found: [PermissionDeclaration] = []
        for policy in node?.mapping?.entries ?? [] {
            for entry in policy.value.mapping?.entries ?? [] {
                guard let action = ActionKey(rawValue: entry.key)?.action, !entry.value.isNull else { continue }
                guard entry.value.mapping != nil || entry.value.scalar?.text == "all" else { continue }
                found.append(
                    PermissionDeclaration(
                        policy: Located(value: policy.key, location: policy.keyLocation), action: action,
                        rule: entry.value.mapping == nil ? nil : KeyedNode<RuleKey>(entry.value), location: entry.keyLocation))
            }
        }
        return found
    }

    private mutating func readAccess(_ document: YAMLNode) {
        let keys = KeyedNode<AccessKey>(document)
        for entry in keys[.roles]?.mapping?.entries ?? [] {
            declarations.roles.append(
                RoleDeclaration(key: Located(value: entry.key, location: entry.keyLocation), keys: KeyedNode(entry.value)))
        }
        for entry in keys[.policies]?.mapping?.entries ?? [] {
            declarations.policies.append(
                PolicyDeclaration(key: Located(value: entry.key, location: entry.keyLocation), keys: KeyedNode(entry.value)))
        }
    }
}

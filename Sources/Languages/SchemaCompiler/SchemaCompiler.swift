package import SchemaModel

/// What compiling gives: the model, or what is wrong.
package struct CompilationResult: Sendable {
    /// nil when there is an error among the diagnostics.
    package var snapshot: SchemaSnapshot?
    /// All mistakes and warnings of all files, by file and place.
    package var diagnostics: [Diagnostic]

    package init(snapshot: SchemaSnapshot?, diagnostics: [Diagnostic]) {
        self.snapshot = snapshot
        self.diagnostics = diagnostics
    }

    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}

/// Definition files -> `SchemaSnapshot`. Pure: the same files and environment give the same model, in the same order.
///
/// - Shape: the admin's collections in the order of the files, junctions that relations made behind the collection that asked for them, then the
///   server's own collections, completed by what the files add to them.
/// - Errors: none is thrown; every stage reports all it finds (`docs/schema-language.md` lists what is checked).
/// - Cost: a few milliseconds for a hundred collections; the server's own files are parsed once in a process.
package enum SchemaCompiler {
    package static func compile(files: [SourceFile], environment: [String: String]) -> CompilationResult {
        var reading = DocumentReading(environment: environment, systemNames: SystemCollections.names)
        for file in files { reading.read(file) }
        var linking = Linking()
        let (snapshot, found) = linking.link(reading.declarations, system: SystemCollections.declarations)
        let diagnostics = sorted(reading.diagnostics + found, files)
        let isSound = !diagnostics.contains { $0.severity == .error }
        return CompilationResult(snapshot: isSound ? snapshot : nil, diagnostics: diagnostics)
    }

    /// By file in the order given, then line and column; each once.
    private static func sorted(_ diagnostics: [Diagnostic], _ files: [SourceFile]) -> [Diagnostic] {
        var order: [String: Int] = [:]
        for (index, file) in files.enumerated() where order[file.path] == nil { order[file.path] = index }
        func rank(_ diagnostic: Diagnostic) -> (Int, Int, Int) {
            (order[diagnostic.location.file] ?? files.count, diagnostic.location.line, diagnostic.location.column)
        }
        let ranked = diagnostics.enumerated().sorted { a, b in
            let (first, second) = (rank(a.element), rank(b.element))
            return first == second ? a.offset < b.offset : first < second
        }
        var seen: [Diagnostic] = []
        for (_, diagnostic) in ranked {
            let isRepeated = seen.reversed().prefix { $0.location == diagnostic.location }.contains(diagnostic)
            if !isRepeated { seen.append(diagnostic) }
        }
        return seen
    }
}

extension Linking {
    /// All steps in order.
    mutating func link(_ declarations: Declarations, system: [CollectionDeclaration]) -> (SchemaSnapshot, [Diagnostic]) {
        unreadableNames = declarations.unreadableNames
        collect(declarations.collections, system: system)
        linkTranslations()
        linkLists()
        moveIndexes()
        let collections = buildCollections()
        buildRelations()
        let model = SchemaSnapshot(collections: collections, relations: relations.relations)
        checkCollections(model)
        for rule in fieldRules {
            guard let owner = indexByName[rule.collection] else { continue }
            check(filter: rule.node, on: rule.isOnValue ? nil : owner, model)
        }
        var access = AccessLinking(declarations)
        let permissions = linkPermissions(&access, model)
        var definitions = access.access
        definitions.permissions = permissions
        let snapshot = SchemaSnapshot(collections: collections, relations: relations.relations, access: definitions)
        return (snapshot, diagnostics + access.diagnostics)
    }
}

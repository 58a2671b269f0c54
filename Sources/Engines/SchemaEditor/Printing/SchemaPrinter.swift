package import SchemaCompiler
package import SchemaModel

/// Prints an admin's schema as definition files: one collection a file, folders in `_folders.yaml`, roles and policies in `access.yaml`.
///
/// - Shape: paths relative to the folder of definitions, in the order collections, additions to system collections, folders, access.
/// - Law: the files compile to the same schema. Deterministic. `${` in texts is escaped, so that no variable is looked for.
/// - Note: what the compiler derives is not printed: junctions that the lists over them make, and forms (every collection takes the shorter of
///   `form: derived` and `form: plain`). It is asked by compiling, so that its rules stand there alone. Every file begins with the line that lets
///   editors find the JSON Schema.
package struct SchemaPrinter {
    /// The name under which the program keeps the language's JSON Schema, beside the files.
    package static let schemaFile = ".schema.json"

    package static func files(of schema: UserSchema, builtIn: SchemaSnapshot = BuiltIn.snapshot) -> [SourceFile] {
        var printer = SchemaPrinter(schema: schema, builtIn: builtIn)
        let derived = printer.askCompiler()
        return printer.files(derived: derived)
    }

    /// Permissions that have no place in files, where a policy has one rule for each collection and action: the second and later of such rules.
    package static func unprintable(in schema: UserSchema) -> [PermissionDefinition] { AccessPrinter(schema.access).unprintable }

    private let schema: UserSchema
    private let access: AccessPrinter
    private var collections: CollectionPrinter

    private init(schema: UserSchema, builtIn: SchemaSnapshot) {
        self.schema = schema
        access = AccessPrinter(schema.access)
        collections = CollectionPrinter(facts: SchemaFacts(schema, builtIn: builtIn), permissions: access.permissions())
    }

    /// Finds the junctions that need no file, and what the compiler makes of fields when nothing is said of their form.
    /// - Returns: nil when the files do not compile: then everything is printed.
    private mutating func askCompiler() -> SchemaSnapshot? {
        collections.facts.made = MadeJunctions.candidates(in: schema, permissions: Set(collections.permissions.keys))
        while true {
            let derived = SchemaCompiler.compile(files: files { _ in .untold }, environment: [:]).snapshot
            let made = collections.facts.made
            if made.isEmpty { return derived }
            collections.facts.made = derived.map { MadeJunctions.sound(made, in: schema, derived: $0) } ?? []
            if collections.facts.made == made { return derived }
        }
    }

    private func files(derived: SchemaSnapshot?) -> [SourceFile] {
        func derivedStyle(_ name: CollectionName) -> FormStyle {
            let fields = derived?.collection(name)?.fields ?? []
            return .derived(Dictionary(fields.map { ($0.name, $0.meta) }, uniquingKeysWith: { first, _ in first }))
        }
        // A file about a system collection has no `form` key.
        let plain = files { $0.hasSystemPrefix ? derivedStyle($0) : .plain }
        if derived == nil { return plain }
        return zip(plain, files(derivedStyle)).map { $1.text.utf8.count <= $0.text.utf8.count ? $1 : $0 }
    }

    private func files(_ style: (CollectionName) -> FormStyle) -> [SourceFile] {
        var names = FileNames()
        var files: [SourceFile] = []
        for collection in schema.collections where collection.table != nil && !collections.facts.made.contains(collection.name) {
            files.append(file(names.name(for: collection.name), collections.document(of: collection, style(collection.name))))
        }
        for addition in collections.additions {
            files.append(file(names.name(for: addition.collection), collections.document(of: addition, style(addition.collection))))
        }
        let folders = schema.collections.filter { $0.table == nil }.map { collections.document(of: $0, .plain) }
        if !folders.isEmpty { files.append(file(FileNames.folders, folders.joined(separator: "---\n"))) }
        if let document = access.document() { files.append(file(FileNames.access, document)) }
        return files
    }

    private func file(_ name: String, _ text: String) -> SourceFile {
        SourceFile(path: name, text: "# yaml-language-server: $schema=\(SchemaPrinter.schemaFile)\n" + text)
    }
}

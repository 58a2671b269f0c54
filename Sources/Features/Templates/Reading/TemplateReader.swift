package import SchemaModel
import JSONText

/// Files of a template -> rows for a schema. Pure; collects every mistake.
///
/// - Shape: `TemplateFile`s in any order -> `Template`: tables in the order of `TemplateFormat`, content after them by name.
/// - Errors: `TemplateProblems`: broken JSON, rows without a key, collections that the schema doesn't have, each with file, line and column.
/// - Does not ask the database: whether rows are there, or what they point at, is `TemplateLoader`'s.
package struct TemplateReader {
    private let schema: SchemaSnapshot
    private var template = Template()
    private var problems: [Diagnostic] = []

    package static func read(_ files: [TemplateFile], for schema: SchemaSnapshot) throws(TemplateProblems) -> Template {
        var reader = TemplateReader(schema: schema)
        let byName = Dictionary(files.map { ($0.name, $0) }) { first, _ in first }
        for entry in TemplateFormat.system {
            if let file = byName[entry.name] { reader.take(file, entry.format) }
        }
        for file in files.sorted(by: { $0.name < $1.name }) where TemplateFormat.of(file.name) == nil { reader.takeOther(file) }
        if !reader.problems.isEmpty { throw TemplateProblems(diagnostics: reader.problems) }
        return reader.template
    }

    private init(schema: SchemaSnapshot) { self.schema = schema }

    /// Content, the schema's own files, and what templates don't have.
    private mutating func takeOther(_ file: TemplateFile) {
        if TemplateFormat.ofSchema.contains(file.name) { return }
        guard file.name.hasPrefix(TemplateFormat.contentFolder) else {
            template.notes.append("\(file.path): not a file of a template: left out")
            return
        }
        let name = CollectionName(String(file.name.dropFirst(TemplateFormat.contentFolder.count).dropLast(".json".count)))
        guard let collection = schema.collection(name), collection.table != nil else {
            let known = schema.collections.filter { !$0.isSystem && $0.table != nil }.map(\.name.text)
            let hint = Spelling.nearest(to: name.text, among: known).map { "did you mean `\($0)`?" }
            report("unknown-collection", "the schema has no collection `\(name)`", at: SourceLocation(file: file.path, line: 1, column: 1), hint)
            return
        }
        // They have files of their own, with rules of their own: a user's token is not content.
        if collection.isSystem {
            report("not-content", "`\(name)` is no content", at: SourceLocation(file: file.path, line: 1, column: 1))
            return
        }
        take(file, TemplateFormat(collection: name, identity: RowIdentity(collection.meta.singleton ? .singleton : .key)))
    }

    private mutating func take(_ file: TemplateFile, _ format: TemplateFormat) {
        let places = JSONPlaces(bytes: file.bytes, path: file.path)
        let value: JSONValue
        do throws(JSONSyntaxError) { value = try JSONParser.parse(file.bytes) } catch {
            report("json-syntax", error.description, at: places.location(at: error.offset))
            return
        }
        guard let collection = schema.collection(format.collection), collection.table != nil else {
            template.notes.append("\(file.path): this server has no `\(format.collection)`: left out")
            return
        }
        guard let elements = elements(of: value, in: file, format) else { return }
        var identity = format.identity
        identity.alternatives += alternatives(of: collection)
        var rows = RowReading(schema: schema, collection: collection, identity: identity, format: format, places: places)
        rows.read(elements)
        problems += rows.problems
        template.notes += rows.notes.lines(file.path)
        if !rows.rows.isEmpty, let note = format.note { template.notes.append("\(file.path): \(note)") }
        template.tables.append(TemplateTable(path: file.path, collection: collection, identity: identity, rows: rows.rows))
    }

    /// A list; of a singleton the row alone, or a list of it.
    private mutating func elements(of value: JSONValue, in file: TemplateFile, _ format: TemplateFormat) -> [JSONValue]? {
        let start = SourceLocation(file: file.path, line: 1, column: 1)
        switch (value, format.identity.kind) {
        case (.array(let elements), .singleton) where elements.count > 1:
            report("not-a-row", "`\(format.collection)` has one row, this file has \(elements.count)", at: start)
            return nil
        case (.array(let elements), _): return elements
        case (.object, .singleton): return [value]
        case (.null, .singleton): return []
        default:
            report("not-a-list", "expected \(format.identity.kind == .singleton ? "a row" : "a list of rows")", at: start)
            return nil
        }
    }

    /// Columns that can hold a value once.
    private func alternatives(of collection: Collection) -> [[FieldName]] {
        collection.fields.compactMap { field in
            guard field.column?.isUnique == true, field.name != collection.primaryKey, field.type != .hash, !field.isConcealed else { return nil }
            return schema.role(of: field.name, in: collection.name) == nil ? [field.name] : nil
        }
    }

    private mutating func report(_ code: String, _ message: String, at place: SourceLocation, _ hint: String? = nil) {
        problems.append(Diagnostic(code: code, message: message, at: place, hint: hint))
    }
}

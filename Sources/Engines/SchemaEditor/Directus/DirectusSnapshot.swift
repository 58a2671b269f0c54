package import JSONText
import SchemaCompiler
package import SchemaModel

/// A Directus schema snapshot (`directus schema snapshot`, `GET /schema/snapshot`, version 1), in and out.
///
/// - Shape: text in YAML or JSON -> `UserSchema` and a report of what did not go over as it stood; a schema -> the snapshot's value.
/// - Errors: `SnapshotError` with every mistake, each with its place in the text.
/// - Source: contract/system.md, section 13. Law: read, then written, a snapshot of Directus 11 has the same members.
package struct DirectusSnapshot: Sendable {
    package var schema: UserSchema
    package var report: ImportReport

    /// The version that our tables and answers are those of.
    package static let directusVersion = "11.17.4"

    package enum Scope: Sendable {
        /// As Directus: without collections, fields and relations that only the database knows.
        case tracked
        case everything
    }
}

/// Why a text is no snapshot that can be imported: all mistakes at once.
package struct SnapshotError: Error, Sendable, Equatable {
    package var diagnostics: [Diagnostic]
}

extension DirectusSnapshot {
    /// - Parameters:
    ///   - text: YAML or JSON; JSON is told by its first character, `{`.
    ///   - file: the name for diagnostics.
    ///   - builtIn: the server's own collections; a snapshot may add fields and indexes to them. An index of theirs that the snapshot does
    ///     not name stays.
    package static func read(_ text: String, file: String, builtIn: SchemaSnapshot = BuiltIn.snapshot) throws(SnapshotError) -> DirectusSnapshot {
        let source = try SnapshotSource(text: text, file: file)
        var reader = SnapshotReader(builtIn: builtIn)
        reader.read(source.value)
        if !reader.log.mistakes.isEmpty {
            let diagnostics = reader.log.mistakes.map(source.diagnostic)
            throw SnapshotError(
                diagnostics: diagnostics.sorted { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) })
        }
        return DirectusSnapshot(schema: reader.schema, report: reader.log.report)
    }

    /// The snapshot of a schema.
    /// - Parameter builtIn: the server's own collections; their indexed fields stand in `systemFields`.
    package static func json(of schema: UserSchema, scope: Scope = .tracked, builtIn: SchemaSnapshot = BuiltIn.snapshot) -> JSONValue {
        SnapshotWriter(schema: schema, builtIn: builtIn, scope: scope).snapshot()
    }

    package static func json(of snapshot: SchemaSnapshot) -> JSONValue { json(of: UserSchema(of: snapshot, builtIn: BuiltIn.snapshot)) }
}

/// A snapshot's text, read, with the way back from a member to its line.
struct SnapshotSource {
    let value: JSONValue
    private let text: String
    private let file: String
    private let node: YAMLNode?

    init(text: String, file: String) throws(SnapshotError) {
        self.text = text
        self.file = file
        let start = SourceLocation(file: file, line: 1, column: 1)
        if text.first(where: { !$0.isWhitespace }) == "{" {
            do throws(JSONSyntaxError) { value = try JSONParser.parse(text) } catch {
                let place = SnapshotSource.place(of: error.offset, in: text, file: file)
                throw SnapshotError(diagnostics: [Diagnostic(code: "json-syntax", message: error.description, at: place)])
            }
            node = nil
            return
        }
        let (documents, diagnostics) = YAMLReader.documents(text, file: file)
        if !diagnostics.isEmpty { throw SnapshotError(diagnostics: diagnostics) }
        guard let first = documents.first, documents.count == 1 else {
            let message = documents.isEmpty ? "the file is empty" : "the file holds \(documents.count) documents; a snapshot is one"
            throw SnapshotError(diagnostics: [Diagnostic(code: "not-a-snapshot", message: message, at: start)])
        }
        node = first
        value = first.json
    }

    private static func place(of offset: Int, in text: String, file: String) -> SourceLocation {
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
        let line = before.utf8.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != "\n" && $0 != "\r\n" }.count + 1
        return SourceLocation(file: file, line: line, column: column)
    }

    func diagnostic(_ mistake: SnapshotLog.Mistake) -> Diagnostic {
        Diagnostic(
            code: mistake.code, message: "\(mistake.path): \(mistake.message)", at: location(of: mistake.path), hint: mistake.hint)
    }

    /// The place of the member itself or of the nearest one around it. JSON is YAML (all but some escapes), so it has places too.
    private func location(of path: SnapshotPath) -> SourceLocation {
        guard var node = node ?? YAMLReader.documents(text, file: file).0.first else { return SourceLocation(file: file, line: 1, column: 1) }
        for step in path.steps {
            switch step {
            case .key(let key): if let next = node[key] { node = next } else if step != .key("data") { return node.location }
            case .index(let index):
                guard let items = node.items, items.indices.contains(index) else { return node.location }
                node = items[index]
            }
        }
        return node.location
    }
}

package import JSONText
package import SchemaModel

/// A file of a template folder, read whole.
package struct TemplateFile: Sendable {
    /// Below the folder of the data: `roles.json`, `content/posts.json`.
    package let name: String
    /// For messages.
    package let path: String
    package let bytes: [UInt8]

    package init(name: String, path: String, bytes: [UInt8]) {
        self.name = name
        self.path = path
        self.bytes = bytes
    }
}

/// What a template folder holds besides its schema: the rows of each collection, ready for the engine.
///
/// - Source: the layout that `directus-template-cli` writes: `roles.json`, `users.json`, …, `content/<collection>.json`.
package struct Template: Sendable {
    package var tables: [TemplateTable] = []
    /// What was left out, and why.
    package var notes: [String] = []

    package init() {}
}

/// The rows of one file.
package struct TemplateTable: Sendable {
    /// For messages.
    package let path: String
    package let collection: Collection
    package let identity: RowIdentity
    package var rows: [TemplateRow]
}

package struct TemplateRow: Sendable {
    /// Its place in the file, from 0.
    package let index: Int
    /// In the text of its column; nil where rows of the file are known by other fields.
    package let key: String?
    /// Columns alone.
    package var payload: JSONObject
}

/// How a row is known again in the database.
package struct RowIdentity: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case key
        /// The file doesn't tell keys: a row is there when some row has the same values in these fields.
        case fields([FieldName])
        case singleton
    }
    package var kind: Kind
    /// A row of another key with the same values in one of these sets stands for it: it could not be written beside it.
    package var alternatives: [[FieldName]] = []
    /// Rows that an installation makes by itself, with what it writes into them: fields that still say so are taken from the template.
    package var ofInstallation: [String: JSONObject] = [:]

    package init(_ kind: Kind, alternatives: [[FieldName]] = [], ofInstallation: [String: JSONObject] = [:]) {
        self.kind = kind
        self.alternatives = alternatives
        self.ofInstallation = ofInstallation
    }
}

/// Why a folder is no template that can be imported: all mistakes at once.
package struct TemplateProblems: Error, Sendable, Equatable {
    package let diagnostics: [Diagnostic]
    package init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

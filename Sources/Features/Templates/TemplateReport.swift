package import SchemaModel

/// What an import has done.
package struct TemplateReport: Sendable, Equatable {
    /// One file's rows. Each row is in one of the four counts.
    package struct Table: Sendable, Equatable {
        package let collection: CollectionName
        package var new = 0
        /// Stood there with its key (or as the one row of a singleton), and stays as it is.
        package var known = 0
        /// Was there from the installation; what had been left open came from the template.
        package var completed = 0
        /// A row of another key has the same values where they can stand once.
        package var represented = 0
        /// Left out: see the notes.
        package var skipped = 0

        package init(collection: CollectionName) { self.collection = collection }

        package var rows: Int { new + known + completed + represented + skipped }
    }

    package var tables: [Table] = []
    package var notes: [String] = []

    package init() {}

    /// Collections that were written to.
    package var touched: Set<CollectionName> { Set(tables.filter { $0.new + $0.completed > 0 }.map(\.collection)) }

    /// For a person.
    package var lines: [String] {
        let width = tables.map(\.collection.text.count).max() ?? 0
        return tables.filter { $0.rows > 0 }.map { table in
            let parts = [
                (table.new, "new"), (table.completed, "completed"), (table.known, "already there"), (table.represented, "there under another key"),
                (table.skipped, "left out"),
            ]
            let name = table.collection.text
            return name + String(repeating: " ", count: width - name.count + 2)
                + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        }
    }

    package var summary: String {
        let written = tables.reduce(0) { $0 + $1.new + $1.completed }
        let all = tables.reduce(0) { $0 + $1.rows }
        return written == 0 ? "nothing to do: all \(all) rows are there already, or left out" : "\(written) of \(all) rows written"
    }
}

/// A row that the server refused; nothing of its collection is written, what was written before stays.
package struct TemplateFault: Error, Sendable, CustomStringConvertible {
    package let path: String
    /// From 0; nil for the file as a whole.
    package let index: Int?
    package let key: String?
    package let message: String
    /// What had been done until then.
    package var report = TemplateReport()

    package var description: String {
        path + (index.map { ": [\($0)]" } ?? "") + (key.map { " (\($0))" } ?? "") + ": \(message)"
    }
}

import SchemaCompiler
package import SchemaModel

/// The server's own collections, as the compiler embeds them.
package enum BuiltIn {
    package static let snapshot: SchemaSnapshot = {
        let result = SchemaCompiler.compile(files: [], environment: [:])
        guard let snapshot = result.snapshot else { fatalError("the embedded collections compile: \(result.diagnostics)") }
        return snapshot
    }()
}

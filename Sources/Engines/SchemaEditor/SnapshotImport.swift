package import SchemaCompiler
package import SchemaModel

/// A Directus schema snapshot -> definition files (`kerege import directus`).
///
/// - Shape: the snapshot's text in YAML or JSON; files with paths relative to the folder of definitions, and a report.
/// - Throws: `SnapshotError` with every mistake in the snapshot.
/// - Note: the files are compiled and compared with the snapshot; what differs, and what the compiler refuses, stands in the result, so that
///   nothing is lost in silence.
package struct SnapshotImport: Sendable {
    package var files: [SourceFile]
    package var report: ImportReport
    /// What the compiler says of the files. An error here means that the snapshot holds something that the language does not allow.
    package var diagnostics: [Diagnostic]

    package static func files(from text: String, file: String) throws(SnapshotError) -> SnapshotImport {
        let snapshot = try DirectusSnapshot.read(text, file: file)
        let files = SchemaPrinter.files(of: snapshot.schema)
        let result = SchemaCompiler.compile(files: files, environment: [:])
        var report = snapshot.report
        if let compiled = result.snapshot {
            let found = DirectusSnapshot.json(of: UserSchema(of: compiled, builtIn: BuiltIn.snapshot), scope: .everything)
            let expected = DirectusSnapshot.json(of: snapshot.schema, scope: .everything)
            report.remarks += SnapshotComparison.differences(expected, found)
        }
        return SnapshotImport(files: files, report: report, diagnostics: result.diagnostics)
    }
}

import JSONText
import SchemaCompiler
import SchemaEditor
import SchemaModel
import Testing

@Suite struct SnapshotImportTests {
    /// The law of "without losing anything": what the files say, written as a snapshot again, has the same members.
    @Test(arguments: Snapshots.all) func losesNothing(_ source: Snapshots.Source) throws {
        let text = try source.text()
        let imported = try SnapshotImport.files(from: text, file: source.name)
        #expect(imported.report.lines == [])
        #expect(imported.diagnostics.filter { $0.severity == .error } == [])
        let compiled = SchemaCompiler.compile(files: imported.files, environment: [:])
        let snapshot = try #require(compiled.snapshot)
        #expect(Snapshots.differences(try Snapshots.value(text), DirectusSnapshot.json(of: snapshot)) == [])
    }
}

import JSONText
import SchemaEditor
import SchemaModel
import Testing

@Suite struct DirectusSnapshotTests {
    @Test(arguments: Snapshots.all) func givesBackWhatItRead(_ source: Snapshots.Source) throws {
        let text = try source.text()
        let snapshot = try DirectusSnapshot.read(text, file: source.name)
        #expect(snapshot.report.remarks.isEmpty, "\(snapshot.report.lines)")
        let found = DirectusSnapshot.json(of: snapshot.schema)
        let differences = Snapshots.differences(try Snapshots.value(text), found)
        #expect(differences == [])
    }

    @Test(arguments: Snapshots.all) func writesYAMLThatReadsBack(_ source: Snapshots.Source) throws {
        let value = try Snapshots.value(source.text())
        #expect(try Snapshots.value(ExportYAML.text(value)) == value)
    }
}

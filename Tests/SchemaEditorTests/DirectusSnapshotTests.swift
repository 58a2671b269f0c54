import JSONText
import SchemaEditor
import SchemaModel
import Testing

@Suite struct DirectusSnapshotTests {
    @Test(arguments: Snapshots.all) func givesBackWhatItRead(_ source: Snapshots.Source) throws {
        let text = try source.text()
        let snapshot = try DirectusSnapshot.read(text, file: source.name, builtIn: builtIn)
        #expect(snapshot.report.remarks.isEmpty, "\(snapshot.report.lines)")
        let found = DirectusSnapshot.json(of: snapshot.schema, builtIn: builtIn)
        let differences = Snapshots.differences(try Snapshots.value(text), found, builtIn: builtIn)
        #expect(differences == [])
    }

    @Test(arguments: Snapshots.all) func writesYAMLThatReadsBack(_ source: Snapshots.Source) throws {
        let value = try Snapshots.value(source.text())
        #expect(try Snapshots.value(ExportYAML.text(value)) == value)
    }

    private let builtIn = SchemaSnapshot(
        collections: [
            ("directus_activity", ["timestamp"]), ("directus_revisions", ["activity", "parent"]), ("directus_users", []), ("directus_settings", []),
        ].map { name, fields in
            Collection(
                name: CollectionName(name), table: TableName(name: name),
                fields: fields.map { Field(name: FieldName($0), type: .integer, column: Column(dataType: "integer", isIndexed: true)) },
                primaryKey: "id", isSystem: true)
        }, relations: [])
}

import JSONText
import SchemaCompiler
import SchemaModel
import Testing

@Suite struct SystemCollectionsTests {
    @Test func `the server's own collections compile without a word`() throws {
        let result = SchemaCompiler.compile(files: [], environment: [:])
        #expect(result.diagnostics.map(\.description) == [])
        let snapshot = try #require(result.snapshot)
        #expect(snapshot.collections.count == 29)
        #expect(snapshot.collections.allSatisfy { $0.isSystem && $0.fields.allSatisfy(\.isSystem) })
    }
}

import SchemaCompiler
import SchemaModel
import Testing

/// YAML → model, and mistakes → diagnostics, as golden text (`Cases/`).
@Suite struct GoldenTests {
    @Test(arguments: ["example.txt", "fields.txt", "relations.txt", "collections.txt", "access.txt", "import.txt"])
    func `compiles to the model`(_ file: String) {
        CaseFile.check(file) { test in
            let result = test.compile()
            let warnings = result.diagnostics.map(\.description).joined(separator: "\n")
            return (result.snapshot.map(SchemaListing.text) ?? "no model") + (warnings.isEmpty ? "" : "\n" + warnings)
        }
    }

    @Test(arguments: ["mistakes-form.txt", "mistakes-fields.txt", "mistakes-relations.txt", "mistakes-collections.txt", "mistakes-access.txt"])
    func `reports mistakes with place and remedy`(_ file: String) {
        CaseFile.check(file) { test in
            let result = test.compile()
            return (result.snapshot == nil ? "" : "compiles\n") + result.diagnostics.map(\.description).joined(separator: "\n")
        }
    }
}

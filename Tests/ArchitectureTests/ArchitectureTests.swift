import Testing

/// The rules of the house that can be read off the sources.
@Suite struct ArchitectureTests {
    private static let sources = Checkout.swiftFiles(below: "Sources").filter { !$0.path.hasPrefix("Sources/SystemLibraries/") }

    private static func target(of file: SourceFile) -> Floors.Target? {
        Floors.targets.first { file.path.hasPrefix("Sources/\($0.folder)/") }
    }

    @Test func knowsEveryTarget() {
        let strays = Self.sources.filter { Self.target(of: $0) == nil }.map(\.path)
        #expect(strays.isEmpty, "files of no target of the table in Floors.swift")
        #expect(!Self.sources.isEmpty)
    }

    @Test(arguments: Floors.targets.map(\.name))
    func importsLowerFloorsAlone(target name: String) {
        guard let target = Floors.targets.first(where: { $0.name == name }) else { return }
        let allowed = Floors.reach(of: target.imports).union(target.libraries).union(Floors.toolchain)
        var faults: [String] = []
        for file in Self.sources where Self.target(of: file)?.name == name {
            for found in file.imports where !allowed.contains(found.module) { faults.append("\(file.path):\(found.line) imports \(found.module)") }
        }
        #expect(faults.isEmpty)
    }

    @Test func hasNoCycleInItsTable() {
        for target in Floors.targets { #expect(!Floors.reach(of: target.imports).contains(target.name), "\(target.name) reaches itself") }
    }

    @Test func neverImportsFoundation() {
        let files = Self.sources + Checkout.swiftFiles(below: "Tests") + Checkout.swiftFiles(below: "openapi-gen")
        let faults = files.flatMap { file in file.imports.filter { $0.module == "Foundation" }.map { "\(file.path):\($0.line)" } }
        #expect(faults.isEmpty)
    }

    @Test func usesNoSwiftPackages() {
        let manifest = SourceFile(path: "Package.swift", text: Checkout.text("Package.swift"))
        #expect(manifest.code.allSatisfy { !$0.contains(".package(") })
    }

    @Test func copiesIntoTheImageWhatThePackageNames() {
        let manifest = SourceFile(path: "Package.swift", text: Checkout.text("Package.swift"))
        let image = Checkout.text("Dockerfile")
        for folder in ["Sources", "Tests", "openapi-gen"] where manifest.literals.contains(where: { $0.text.hasPrefix(folder) }) {
            #expect(image.contains("COPY \(folder) "), "Dockerfile copies no \(folder)")
        }
        for literal in manifest.literals where literal.text.hasSuffix("-dev") {
            #expect(image.contains(" \(literal.text) "), "Dockerfile installs no \(literal.text)")
        }
    }

    @Test func writesSQLInNamedFilesAlone() {
        var faults: [String] = []
        for file in Self.sources where !StatementFiles.isNamed(file.path) {
            if let literal = file.literals.first(where: { StatementFiles.isSQL($0.text) }) {
                faults.append("\(file.path):\(literal.line) \"\(literal.text.prefix(60))\"")
            }
        }
        #expect(faults.isEmpty, "move the statement to a named file, or name the file in StatementFiles.swift")
    }

    @Test func namesNoFileForSQLThatHasNone() {
        let files = Self.sources.filter { file in file.literals.contains { StatementFiles.isSQL($0.text) } }.map { $0.path.dropFirst(8) }
        #expect(StatementFiles.named.filter { name in !files.contains { $0.hasPrefix(name) } } == [])
    }

    @Test func startsTasksThroughEventLoopsAlone() {
        expectNone(of: ["Task.detached", "Task {", "Task(", "Task.immediate"], outside: ["Sources/Ground/EventLoops/"])
    }

    @Test func readsTheEnvironmentInTheProgramAlone() {
        expectNone(of: ["getenv", "ProcessInfo", "environ", "setenv"], outside: ["Sources/Programs/"])
    }

    /// [GHSA-849r-qrwj-8rv4] Nobody is let through for want of a caller. A new place of these needs a reason, here and in the code.
    @Test func `D13 the server acts without a caller in named places alone`() {
        let files = [
            "Sources/Features/Assets/FileCollections.swift",  // where bytes are, what the project says of files
            "Sources/Features/Templates/Loading/TemplateLoader.swift",  // the import, a command
            "Sources/Items/Versions/HeldItem.swift",  // an item as it stands, while a file's bytes follow it
            "Sources/Items/Versions/ItemVersions+Read.swift",  // a preview applies what was allowed when it was saved
            "Sources/Items/Versions/MainItem.swift",  // a version's hash
            "Sources/Programs/kerege/Serving/Seed.swift",  // example content of the first start
        ]
        expectNone(
            of: [".system(reason", "access: .full"],
            outside: files + [
                "Sources/Languages/AccessControl/",  // what they mean
                "Sources/Engines/QueryEngine/Authorize/AuthorizedQuery.swift",  // a rule is judged over the real values
                "Sources/Engines/OpenAPIGeneration/DocumentAudience.swift",  // the document of an administrator
            ])
        #expect(files.filter { path in !Self.sources.contains { $0.path == path } } == [])
    }

    @Test func trapsOnlyWithTheBrokenInvariantNamed() {
        expectNone(of: ["try!", "fatalError()", "preconditionFailure()", "as!"], outside: [])
    }

    @Test func leavesNothingToDo() {
        let faults = Self.sources.flatMap { file in
            file.comments.enumerated().filter { $0.element.contains("TODO") || $0.element.contains("FIXME") }.map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(faults.isEmpty)
    }

    @Test func explainsEveryUncheckedPromise() {
        var faults: [String] = []
        for file in Self.sources {
            for line in file.lines(with: "@unchecked Sendable") + file.lines(with: "nonisolated(unsafe)") {
                // A comment on the line, or right above it (attributes may stand between).
                var above = line - 2
                while above >= 0, file.code[above].split(separator: " ").first?.hasPrefix("@") == true { above -= 1 }
                if file.comments[line - 1].isEmpty, above < 0 || file.comments[above].isEmpty { faults.append("\(file.path):\(line)") }
            }
        }
        #expect(faults.isEmpty, "say what guards it")
    }

    @Test func treatsNoSystemCollectionByItsName() {
        // A difference is a flag or a behaviour named in the YAML, never a comparison with a name.
        var faults: [String] = []
        let engine = ["QueryEngine", "Items", "HTTPAPI"]
        for file in Self.sources where engine.contains(Self.target(of: file)?.name ?? "") {
            for literal in file.literals where literal.text.hasPrefix("directus_") {
                let code = file.code[literal.line - 1]
                if code.contains("== \"\"") || code.contains("!= \"\"") { faults.append("\(file.path):\(literal.line) \(literal.text)") }
            }
        }
        #expect(faults.isEmpty)
    }

    @Test func keepsFilesShort() {
        let faults = Self.sources.filter { $0.lines.count > 500 && !$0.path.contains("/SystemCollections/") }.map {
            "\($0.path): \($0.lines.count) lines"
        }
        #expect(faults.isEmpty)
    }

    private func expectNone(of words: [String], outside folders: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        var faults: [String] = []
        for file in Self.sources where !folders.contains(where: { file.path.hasPrefix($0) }) {
            for word in words { faults += file.lines(with: word).map { "\(file.path):\($0) \(word)" } }
        }
        #expect(faults.isEmpty, sourceLocation: sourceLocation)
    }
}

import SchemaModel

/// The collections that ship with the program, in the same language as the admin's.
enum SystemCollections {
    static let sources: [SourceFile] = [
        access, activity, collections, comments, fields, files, folders, migrations, permissions, policies, presets, relations, revisions, roles,
        sessions, settings, users, dashboards, panels, notifications, shares, flows, operations, translations, versions, extensions, deployments,
        deploymentProjects, deploymentRuns,
    ]
    static let declarations: [CollectionDeclaration] = read()
    static let names = Set(declarations.map(\.name.value))

    private static func read() -> [CollectionDeclaration] {
        var reading = DocumentReading.ofSystem()
        for source in sources { reading.read(source) }
        precondition(reading.diagnostics.isEmpty, "the program's own files are sound: \(reading.diagnostics)")
        return reading.declarations.collections
    }
}

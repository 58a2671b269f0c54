/// The module map: which target stands where, and what it may import (style: one direction, lower floors only).
struct Floors {
    struct Target {
        let name: String
        /// Its folder below `Sources`.
        let folder: String
        /// What it may import, and with it all that those may import.
        let imports: [String]
        /// The C libraries it owns: nobody else imports them.
        var libraries: [String] = []
    }

    private static let upToItems = [
        "Items", "QueryEngine", "OpenAPIGeneration", "MigrationRunner", "SchemaEditor", "Postgres", "QueryLanguage", "AccessControl",
        "SchemaCompiler",
        "MigrationPlanning", "SchemaModel", "SQLText", "JSONText", "Digests", "Telemetry", "EventLoops",
    ]

    static let targets: [Target] = [
        Target(name: "JSONText", folder: "Ground/JSONText", imports: []),
        Target(name: "SQLText", folder: "Ground/SQLText", imports: []),
        Target(name: "Digests", folder: "Ground/Digests", imports: [], libraries: ["CLibCrypto"]),
        Target(name: "Telemetry", folder: "Ground/Telemetry", imports: ["JSONText"]),
        Target(name: "EventLoops", folder: "Ground/EventLoops", imports: [], libraries: ["CLibUV"]),
        Target(name: "Postgres", folder: "Drivers/Postgres", imports: ["EventLoops", "Telemetry", "SQLText"], libraries: ["CLibPQ"]),
        Target(
            name: "HTTPServer", folder: "Drivers/HTTPServer", imports: ["EventLoops", "Telemetry", "JSONText"],
            libraries: ["CLibMicroHTTPD", "CZlib"]),
        Target(name: "SchemaModel", folder: "Models/SchemaModel", imports: ["JSONText"]),
        Target(name: "SchemaCompiler", folder: "Languages/SchemaCompiler", imports: ["SchemaModel", "Digests"], libraries: ["CLibYAML"]),
        Target(name: "QueryLanguage", folder: "Languages/QueryLanguage", imports: ["SchemaModel"]),
        Target(name: "AccessControl", folder: "Languages/AccessControl", imports: ["SchemaModel"]),
        Target(name: "MigrationPlanning", folder: "Languages/MigrationPlanning", imports: ["SchemaModel", "SQLText", "Digests"]),
        Target(name: "QueryEngine", folder: "Engines/QueryEngine", imports: ["QueryLanguage", "AccessControl", "SQLText"]),
        Target(name: "OpenAPIGeneration", folder: "Engines/OpenAPIGeneration", imports: ["AccessControl"]),
        Target(name: "MigrationRunner", folder: "Engines/MigrationRunner", imports: ["MigrationPlanning", "SchemaCompiler", "Postgres"]),
        Target(name: "SchemaEditor", folder: "Engines/SchemaEditor", imports: ["SchemaCompiler"]),
        Target(name: "Items", folder: "Items", imports: ["QueryEngine", "Postgres", "Digests"]),
        Target(name: "Snapshots", folder: "Features/Snapshots", imports: upToItems),
        Target(name: "Identity", folder: "Features/Identity", imports: upToItems, libraries: ["CLibArgon2", "CLibCJose", "CLibOATH"]),
        Target(name: "Assets", folder: "Features/Assets", imports: upToItems),
        Target(name: "Templates", folder: "Features/Templates", imports: upToItems),
        Target(name: "HTTPAPI", folder: "Delivery/HTTPAPI", imports: ["Snapshots", "Identity", "Assets", "HTTPServer"]),
        Target(name: "kerege", folder: "Programs/kerege", imports: ["HTTPAPI", "Templates"]),
    ]

    /// The named targets and all that they may import.
    static func reach(of names: [String]) -> Set<String> {
        var reached = Set<String>()
        var open = names
        while let name = open.popLast() {
            guard reached.insert(name).inserted, let target = targets.first(where: { $0.name == name }) else { continue }
            open += target.imports
        }
        return reached
    }

    /// Modules of the toolchain that any target may import.
    static let toolchain: Set<String> = ["Glibc", "Synchronization", "FoundationEssentials", "Swift"]
}

// swift-tools-version: 6.2
import PackageDescription

// Kerege: no Swift packages, only the toolchain and C libraries from Debian (one `systemLibrary` target each).
// The folders under Sources are the floors of docs/architecture.md; a target imports lower floors only
// (Tests/ArchitectureTests checks it).

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, in floor: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", exclude: exclude, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/SystemLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "kerege",
    products: [
        .executable(name: "kerege", targets: ["kerege"])
    ],
    targets: [
        system("CLibUV", pkgConfig: "libuv", apt: "libuv1-dev"),
        system("CLibMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        system("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        system("CLibYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        system("CLibCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CLibArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
        system("CLibCJose", pkgConfig: "cjose", apt: "libcjose-dev"),
        system("CLibOATH", pkgConfig: "liboath", apt: "liboath-dev"),
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),

        // 0 Ground
        library("JSONText", in: "Ground"),
        library("SQLText", in: "Ground"),
        library("Digests", in: "Ground", ["CLibCrypto"]),
        library("Telemetry", in: "Ground", ["JSONText"]),
        library("EventLoops", in: "Ground", ["CLibUV"]),

        // 1 Drivers and Models
        library("Postgres", in: "Drivers", ["EventLoops", "Telemetry", "SQLText", "CLibPQ"]),
        library("HTTPServer", in: "Drivers", ["EventLoops", "Telemetry", "JSONText", "CLibMicroHTTPD", "CZlib"]),
        library("SchemaModel", in: "Models", ["JSONText"]),

        // 2 Languages
        library("SchemaCompiler", in: "Languages", ["SchemaModel", "JSONText", "Digests", "CLibYAML"]),
        library("QueryLanguage", in: "Languages", ["SchemaModel", "JSONText"]),
        library("AccessControl", in: "Languages", ["SchemaModel", "JSONText"]),
        library("MigrationPlanning", in: "Languages", ["SchemaModel", "SQLText", "Digests", "JSONText"]),

        // 3 Engines
        library("QueryEngine", in: "Engines", ["QueryLanguage", "AccessControl", "SchemaModel", "SQLText", "JSONText"]),
        library("OpenAPIGeneration", in: "Engines", ["SchemaModel", "AccessControl", "JSONText"]),
        library(
            "MigrationRunner", in: "Engines",
            ["MigrationPlanning", "SchemaCompiler", "SchemaModel", "Postgres", "EventLoops", "SQLText", "JSONText", "Digests", "Telemetry"]),
        library("SchemaEditor", in: "Engines", ["SchemaCompiler", "SchemaModel", "JSONText", "Digests"]),

        // 4 Items
        .target(
            name: "Items",
            dependencies: [
                "QueryEngine", "QueryLanguage", "AccessControl", "SchemaModel", "Postgres", "SQLText", "JSONText", "EventLoops", "Telemetry",
                "Digests",
            ],
            path: "Sources/Items", swiftSettings: strict),

        // 5 Features
        library(
            "Snapshots", in: "Features",
            ["QueryEngine", "AccessControl", "SchemaModel", "Postgres", "SQLText", "JSONText", "EventLoops", "Telemetry"]),
        library(
            "Identity", in: "Features",
            [
                "Items", "QueryEngine", "AccessControl", "SchemaModel", "Postgres", "SQLText", "JSONText", "Digests", "EventLoops", "Telemetry",
                "CLibArgon2", "CLibCJose", "CLibOATH",
            ]),
        library(
            "Assets", in: "Features",
            ["Items", "QueryEngine", "QueryLanguage", "AccessControl", "SchemaModel", "JSONText", "Digests", "EventLoops", "Telemetry"]),
        library(
            "Templates", in: "Features",
            ["Items", "QueryEngine", "QueryLanguage", "AccessControl", "SchemaModel", "JSONText"]),

        // 6 Delivery
        library(
            "HTTPAPI", in: "Delivery",
            [
                "HTTPServer", "Items", "Snapshots", "Identity", "Assets", "QueryEngine", "QueryLanguage", "OpenAPIGeneration", "AccessControl",
                "SchemaModel", "JSONText", "EventLoops", "Telemetry", "Postgres", "SQLText", "Digests",
            ]),

        // 7 Programs
        .executableTarget(
            name: "kerege",
            dependencies: [
                "HTTPAPI", "HTTPServer", "Items", "Snapshots", "Identity", "Assets", "Templates", "MigrationRunner", "MigrationPlanning",
                "SchemaEditor",
                "SchemaCompiler", "QueryEngine", "QueryLanguage", "AccessControl", "SchemaModel", "Postgres", "SQLText", "JSONText", "Digests",
                "Telemetry",
                "EventLoops", "OpenAPIGeneration",
            ],
            path: "Sources/Programs/kerege", swiftSettings: strict),
        .executableTarget(
            name: "openapi-gen", dependencies: ["OpenAPIGeneration", "AccessControl", "SchemaCompiler", "SchemaModel", "JSONText"],
            path: "openapi-gen", exclude: ["openapi.json"], swiftSettings: strict),
        // Tests of the ground and of PostgreSQL
        .target(
            name: "TestSupport", dependencies: ["EventLoops", "Postgres", "SQLText", "Telemetry"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("EventLoopsTests", ["EventLoops", "TestSupport"]),
        tests("HTTPServerTests", ["HTTPServer", "EventLoops", "JSONText", "TestSupport"]),
        tests("JSONTextTests", ["JSONText"]),
        tests("DigestsTests", ["Digests"]),
        tests("QueryLanguageTests", ["QueryLanguage", "SchemaModel", "JSONText"]),
        tests("SchemaCompilerTests", ["SchemaCompiler", "SchemaModel", "JSONText"], exclude: ["Cases"]),
        tests("SchemaEditorTests", ["SchemaEditor", "SchemaCompiler", "SchemaModel", "JSONText", "TestSupport"]),
        tests("TelemetryTests", ["Telemetry"]),
        tests("AccessControlTests", ["AccessControl", "SchemaModel", "JSONText"]),
        tests(
            "SnapshotsTests",
            ["Snapshots", "Postgres", "EventLoops", "AccessControl", "QueryEngine", "SchemaModel", "JSONText", "SQLText", "Telemetry", "TestSupport"]),
        tests(
            "IdentityTests",
            [
                "Identity", "HTTPAPI", "HTTPServer", "Items", "Snapshots", "Assets", "MigrationRunner", "SchemaCompiler", "QueryLanguage", "Postgres",
                "EventLoops", "AccessControl", "QueryEngine", "SchemaModel", "JSONText", "SQLText", "Digests", "Telemetry", "TestSupport",
            ]),
        tests(
            "QueryEngineTests",
            ["QueryEngine", "QueryLanguage", "AccessControl", "SchemaCompiler", "SchemaModel", "SQLText", "JSONText", "TestSupport"],
            exclude: ["Golden"]),
        tests(
            "OpenAPIGenerationTests", ["OpenAPIGeneration", "AccessControl", "SchemaCompiler", "SchemaModel", "JSONText", "TestSupport"],
            exclude: ["Golden"]),
        tests("ProgramTests", ["JSONText", "TestSupport"]),
        tests("ItemsTests", ["Items", "QueryLanguage", "JSONText"]),
        tests(
            "AssetsTests",
            [
                "Assets", "Items", "QueryEngine", "QueryLanguage", "AccessControl", "SchemaCompiler", "SchemaModel", "Postgres", "Digests",
                "EventLoops", "JSONText", "TestSupport",
            ]),
        tests(
            "TemplatesTests",
            [
                "Templates", "Assets", "Identity", "Items", "QueryEngine", "QueryLanguage", "AccessControl", "SchemaCompiler", "SchemaEditor",
                "SchemaModel", "MigrationRunner", "Postgres", "Digests", "EventLoops", "Telemetry", "JSONText", "TestSupport",
            ]),
        tests("PostgresTests", ["Postgres", "EventLoops", "SQLText", "Telemetry", "TestSupport"]),
        tests("MigrationPlanningTests", ["MigrationPlanning", "SchemaModel", "SQLText", "JSONText"]),
        tests(
            "MigrationRunnerTests",
            [
                "MigrationRunner", "MigrationPlanning", "SchemaCompiler", "SchemaModel", "Postgres", "EventLoops", "SQLText", "JSONText", "Digests",
                "Telemetry", "TestSupport",
            ]),
        tests(
            "HTTPAPITests",
            [
                "HTTPAPI", "HTTPServer", "Snapshots", "Identity", "Assets", "Items", "QueryEngine", "QueryLanguage", "AccessControl",
                "SchemaCompiler", "SchemaModel", "MigrationRunner", "Postgres", "Digests", "EventLoops", "Telemetry", "JSONText", "TestSupport",
            ]),
        // The product from outside
        tests("GoldenTests", ["JSONText", "Digests", "CZlib", "TestSupport"]),
        tests("ArchitectureTests", []),
        tests("FuzzTests", ["JSONText", "QueryLanguage", "SchemaCompiler", "SchemaModel", "TestSupport"]),
    ]
)

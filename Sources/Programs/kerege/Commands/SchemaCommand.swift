import JSONText
import SchemaCompiler
import SchemaModel

/// `kerege schema check`, `kerege schema json-schema`.
enum SchemaCommand {
    static func run(_ arguments: [String]) throws -> Int32 {
        let options = try Options(arguments, taking: ["schemas"])
        if options.rest.count > (options.rest.first == "check" ? 2 : 1) { throw UsageProblem("schema takes no \"\(options.rest.last ?? "")\"") }
        switch options.rest.first {
        case "check"?: return try check(options["schemas"] ?? options.rest.dropFirst().first ?? SchemaFolder.standard)
        case "json-schema"?:
            var writer = ByteWriter(capacity: 65_536)
            writer.appendPretty(SchemaLanguage.jsonSchema())
            Terminal.print(writer.finish().string)
            return 0
        case let word?: throw UsageProblem(unknown: word, "command", among: ["check", "json-schema"])
        case nil: throw UsageProblem("schema check, or schema json-schema")
        }
    }

    private static func check(_ folder: String) throws -> Int32 {
        var reader = try EnvironmentReader.current(folder: ".")
        let configuration = try ServerConfiguration.read(&reader)
        do {
            let snapshot = try SchemaFolder(path: folder).compile(variables: configuration.variables)
            let count = snapshot.collections.filter { !$0.isSystem }.count
            Terminal.print("\(folder): \(count) \(count == 1 ? "collection" : "collections"), no mistakes")
            return 0
        } catch let problems as SchemaProblems {
            Terminal.error(problems.description)
            return 1
        }
    }
}

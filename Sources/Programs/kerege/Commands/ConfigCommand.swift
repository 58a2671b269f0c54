/// `kerege config`: what the environment says, secrets hidden, or all its problems.
enum ConfigCommand {
    static func run(_ arguments: [String]) throws -> Int32 {
        _ = try Options(arguments, taking: [])
        var reader = try EnvironmentReader.current(folder: ".")
        defer {
            for entry in reader.asked {
                Terminal.print("\(entry.name)=\(entry.isSecret && !entry.value.isEmpty ? "[redacted]" : entry.value)")
            }
        }
        do {
            _ = try ServerConfiguration.read(&reader)
            return 0
        } catch let problems as ConfigurationProblems {
            Terminal.error("kerege: \(problems)")
            return 1
        }
    }
}

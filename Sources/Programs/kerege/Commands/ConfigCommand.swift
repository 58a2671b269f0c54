/// `kerege config`: what is in force, secrets hidden, or all its problems.
enum ConfigCommand {
    static func run(_ arguments: [String]) throws -> Int32 {
        let options = try Options(arguments, taking: [])
        if let word = options.rest.first { throw UsageProblem("config takes no \"\(word)\"") }
        var reader = try EnvironmentReader.current(folder: ".")
        do {
            _ = try ServerConfiguration.read(&reader)
            list(reader)
            for problem in reader.unknown { Terminal.error("warning: \(problem)") }
            return 0
        } catch let problems as ConfigurationProblems {
            list(reader)
            Terminal.error("\(problems)")
            return 1
        }
    }

    private static func list(_ reader: EnvironmentReader) {
        for entry in reader.shown { Terminal.print("\(entry.name)=\(entry.value)") }
    }
}

import SchemaEditor

/// The program: its commands by their first words. Exit codes: 0 done, 1 failed, 2 misuse, 3 a destructive plan was refused.
enum Program {
    static let version = "0.1.0"

    /// As it was called: commands to paste begin with it.
    static let name = CommandLine.arguments.first ?? "kerege"

    static func run(arguments: [String]) -> Int32 {
        do {
            return try dispatch(arguments)
        } catch let problem as UsageProblem {
            Terminal.error("kerege: \(problem.message)\n`\(ShellText.command(helpWords(for: arguments)))` tells more")
            return 2
        } catch {
            // Lists of problems begin with their files' names, as editors want them.
            let isList = error is SchemaProblems || error is ConfigurationProblems
            Terminal.error((isList ? "" : "kerege: ") + "\(error)")
            return 1
        }
    }

    private static func dispatch(_ arguments: [String]) throws -> Int32 {
        guard let first = arguments.first else {
            Terminal.error(CommandWord.overview)
            return 2
        }
        let rest = Array(arguments.dropFirst())
        switch first {
        case "--help", "-h": Terminal.print(CommandWord.overview)
        case "--version", "-V", "version":
            Terminal.print("kerege \(version), speaks the protocol of Directus \(DirectusSnapshot.directusVersion)")
        case "help":
            let word = rest.first { $0 != "--help" && $0 != "-h" }
            Terminal.print(try word.map { try command($0).help } ?? CommandWord.overview)
        default:
            let command = try command(first)
            if rest.contains(where: { $0 == "--help" || $0 == "-h" }) {
                Terminal.print(command.help)
            } else {
                return try run(command, rest)
            }
        }
        return 0
    }

    private static func command(_ word: String) throws -> CommandWord {
        if let command = CommandWord(rawValue: word) { return command }
        let what = word.hasPrefix("-") ? "option" : "command"
        throw UsageProblem(unknown: word, what, among: CommandWord.allCases.map(\.rawValue) + ["help", "version", "--help", "--version"])
    }

    private static func run(_ command: CommandWord, _ arguments: [String]) throws -> Int32 {
        switch command {
        case .serve: try ServeCommand(arguments).run()
        case .schema: try SchemaCommand.run(arguments)
        case .migrate: try MigrateCommand(arguments).run()
        case .access: try AccessCommand(arguments).run()
        case .explain: try ExplainCommand(arguments).run()
        case .import: try ImportCommand(arguments).run()
        case .config: try ConfigCommand.run(arguments)
        case .admin: try AdminCommand(arguments).run()
        }
    }

    private static func helpWords(for arguments: [String]) -> [String] {
        guard let word = arguments.first, CommandWord(rawValue: word) != nil else { return ["--help"] }
        return [word, "--help"]
    }
}

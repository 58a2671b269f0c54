import TestSupport
import Testing

/// What the program says of itself, and of words that it does not know.
@Suite struct HelpTests {
    @Test(arguments: [["--help"], ["-h"], ["help"], ["help", "--help"], ["help", "-h"]]) func listsTheCommands(_ arguments: [String]) async throws {
        try await withProgram { program in
            let run = try program.run(arguments)
            #expect(run.status == 0 && run.errors.isEmpty)
            for word in ["serve", "schema check", "migrate apply", "explain", "import directus", "config", "admin token", "--version"] {
                #expect(run.output.contains("  \(word)"), "\(run.output)")
            }
        }
    }

    @Test(arguments: ["serve", "schema", "migrate", "explain", "import", "config", "admin"]) func explainsEachCommand(_ word: String) async throws {
        try await withProgram { program in
            for arguments in [[word, "--help"], ["help", word], [word, "-h"], ["help", word, "--help"], ["help", "--help", word]] {
                let run = try program.run(arguments)
                #expect(run.status == 0 && run.errors.isEmpty)
                #expect(run.output.hasPrefix("usage:\n  \(BuiltProgram.path) \(word)"), "\(run.output)")
            }
        }
    }

    @Test func countsCollectionsInWords() async throws {
        try await withProgram { program in
            #expect(try program.run(["schema", "check"]).output == "Schemas: 0 collections, no mistakes\n")
            try program.write("collection: notes\nfields:\n  id: { type: integer, auto_increment: true, primary: true }\n", to: "Schemas/notes.yaml")
            #expect(try program.run(["schema", "check"]).output == "Schemas: 1 collection, no mistakes\n")
            let file = try program.run(["schema", "check", "Schemas/notes.yaml"])
            #expect(file.status == 1 && file.output.isEmpty)
            #expect(
                file.errors
                    == "kerege: Schemas/notes.yaml is a file; name the folder of all schema files instead, such as Schemas\n")
            #expect(try program.run(["schema", "check", "Nowhere"]).errors == "kerege: Nowhere: No such file or directory\n")
        }
    }

    /// Every kind of word that a plan may need.
    @Test func tellsTheWordsOfLosses() async throws {
        try await withProgram { program in
            let run = try program.run(["migrate", "--help"])
            for word in ["drop_column", "alter_type", "drop_table", "change_primary_key", "drop_role", "drop_policy"] {
                #expect(run.output.contains(" \(word):"), "\(run.output)")
            }
        }
    }

    @Test func saysItsVersion() async throws {
        try await withProgram { program in
            let run = try program.run(["--version"])
            #expect(run.status == 0)
            #expect(run.output == "kerege 0.1.0, speaks the protocol of Directus 11.17.4\n")
        }
    }

    struct Mistake: CustomTestStringConvertible {
        let arguments: [String]
        let answer: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Mistake(arguments: ["serv"], answer: #"there is no command "serv"; did you mean "serve"?"#),
        Mistake(arguments: ["xyzzy"], answer: #"there is no command "xyzzy""#),
        Mistake(arguments: ["help", "migrat"], answer: #"there is no command "migrat"; did you mean "migrate"?"#),
        Mistake(arguments: ["--hepl"], answer: #"there is no option "--hepl"; did you mean "--help"?"#),
        Mistake(arguments: ["serve", "--wach"], answer: #"there is no option "--wach"; did you mean "--watch"?"#),
        Mistake(arguments: ["serve", "-w"], answer: #"there is no option "--w""#),
        Mistake(arguments: ["serve", "--watch=yes"], answer: "--watch takes no value"),
        Mistake(arguments: ["serve", "--seed"], answer: "--seed needs a value"),
        Mistake(arguments: ["migrate", "aply"], answer: #"there is no command "aply"; did you mean "apply"?"#),
        Mistake(arguments: ["migrate", "plan", "--allow", "x"], answer: "--allow: `migrate plan` changes nothing"),
        Mistake(arguments: ["schema", "chek"], answer: #"there is no command "chek"; did you mean "check"?"#),
        Mistake(arguments: ["admin", "tokn"], answer: #"there is no command "tokn"; did you mean "token"?"#),
    ]) func saysWhatMayHaveBeenMeant(_ mistake: Mistake) async throws {
        try await withProgram { program in
            let run = try program.run(mistake.arguments)
            #expect(run.status == 2)
            #expect(run.output.isEmpty)
            #expect(run.errors.hasPrefix("kerege: \(mistake.answer)\n`\(BuiltProgram.path) "), "\(run.errors)")
            #expect(run.errors.hasSuffix("--help` tells more\n"))
        }
    }

    @Test func nothingAtAllIsMisuse() async throws {
        try await withProgram { program in
            let run = try program.run([])
            #expect(run.status == 2)
            #expect(run.errors.hasPrefix("usage: \(BuiltProgram.path) COMMAND\n"))
        }
    }
}

/// The commands, by their first words, and what `--help` says of them.
enum CommandWord: String, CaseIterable {
    case serve, schema, migrate, access, explain, `import`, config, admin

    /// For the list of all: its forms, each with what it does.
    var lines: [(form: String, purpose: String)] {
        switch self {
        case .serve: [("serve [--schemas DIR] [--watch] [--seed FILE]", "migrate and serve (configuration from the environment and .env)")]
        case .schema:
            [
                ("schema check [DIR]", "report every mistake in the schema files"),
                ("schema json-schema", "print the JSON Schema of the language, for editors"),
            ]
        case .migrate:
            [
                ("migrate plan|status [--schemas DIR] [--json]", "show what would change, or what has been applied"),
                ("migrate apply [--schemas DIR] [--plan HASH [--allow TOKEN]…]", "bring the database to what the files say"),
                ("migrate rollback [--schemas DIR] [--allow TOKEN]…", "undo the newest plan"),
            ]
        case .access: [("access check [--schemas DIR]", "report rights in the database that name what does not exist")]
        case .explain:
            [
                (
                    "explain 'GET /items/…' [--as WHO] [--body JSON] [--no-analyze] [--json]",
                    "show how a read is answered: rules, SQL, PostgreSQL's plan, indexes"
                )
            ]
        case .import:
            [
                ("import directus SNAPSHOT [--schemas DIR] [--replace]", "turn a Directus schema snapshot into schema files"),
                (
                    "import directus FOLDER [--schemas DIR] [--schema-only] [--replace]",
                    "bring a whole Directus template: schema, rights, users, content, files"
                ),
            ]
        case .config: [("config", "print the configuration in force, secrets hidden, or all its problems")]
        case .admin: [("admin token [--email ADDRESS]", "give an administrator a new token, and keep it where the server's is kept")]
        }
    }

    /// What `kerege COMMAND --help` adds.
    private var details: String {
        switch self {
        case .serve:
            """
            Brings the database to what the files say, as far as nothing is lost by it (MIGRATE=off: only checks), and serves.
              --schemas DIR   the folder of the schema files (Schemas)
              --watch         apply files as they are saved, while serving
              --seed FILE     example content, written when the database is new
            """
        case .schema: "DIR is the folder of the schema files (Schemas). Exit code 1 = there are mistakes."
        case .migrate:
            """
              --schemas DIR   the folder of the schema files (Schemas)
              --json          what `plan` and `status` say, for machines
              --plan HASH     apply this plan and no other: 8 or more digits of what `plan` shows
              --allow TOKEN   a step of that plan that loses something may be done; once for each. `plan` prints the tokens:
                              drop_column:posts.subtitle, alter_type:posts.rank, drop_table:posts, change_primary_key:posts,
                              drop_role:clerk, drop_policy:clerks. For `rollback`: what came since may be lost
            Exit code 3 = the plan loses data, and not all of its steps were allowed.
            """
        case .access:
            """
              --schemas DIR   the folder of the schema files (Schemas)
            A rule that names what does not exist counts for no row. Exit code 1 = there are such rules.
            """
        case .explain:
            """
              --as WHO           `admin` (without it), `public`, a role's name or key, a user's address or key
              --body JSON        of a SEARCH
              --no-analyze       only plan the statements; without it they are run and measured, and nothing is written
              --timeout SECONDS  longest run of one statement (10)
              --json             the same for machines
            Methods other than GET and SEARCH are refused. A request that is refused is explained too, with exit code 0.
            """
        case .import:
            """
              --schemas DIR   where the schema files are written (Schemas)
              --schema-only   of a folder, only the schema files
              --replace       files of the same names that say something else are replaced; without it nothing is done then
            """
        case .config: "Exit code 1 = something is wrong; all of it is reported together."
        case .admin:
            """
              --email ADDRESS   whose token it is; without it ADMIN_EMAIL
            The old token counts no more; servers that run hear of it at once. The new one of ADMIN_EMAIL is written to admin-token in
            the state folder (KEREGE_STATE), that of somebody else is shown.
            """
        }
    }

    var help: String {
        "usage:\n" + CommandWord.table(lines.map { ("\(Program.name) \($0.form)", $0.purpose) }) + "\n" + details
    }

    static var overview: String {
        """
        usage: \(Program.name) COMMAND
        \(table(allCases.flatMap(\.lines) + [("help [COMMAND], --help", "this, or more of a command"), ("--version", "print the version")]))
        """
    }

    /// The purposes stand in a column; after a long form, in the line below.
    private static func table(_ lines: [(form: String, purpose: String)]) -> String {
        let column = 52
        return lines.map { line in
            let room = column - line.form.count
            let gap = room > 0 ? String(repeating: " ", count: room) : "\n" + String(repeating: " ", count: column + 2)
            return "  \(line.form)\(gap)\(line.purpose)"
        }.joined(separator: "\n")
    }
}

import Digests
import Identity
import MigrationRunner
import Postgres
import Snapshots
import Telemetry

/// `kerege admin token [--email ADDRESS]`: a way in for who has lost the administrator's token. Whoever may run it can read the database anyway.
struct AdminCommand {
    private let email: String?

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["email"])
        guard let word = options.rest.first else { throw UsageProblem("admin token") }
        if word != "token" { throw UsageProblem(unknown: word, "command", among: ["token"]) }
        if options.rest.count > 1 { throw UsageProblem("admin token takes no \"\(options.rest[1])\"") }
        email = options["email"]
    }

    func run() throws -> Int32 {
        let command = try DatabaseCommand()
        return try command.run { migration, client in
            guard try await migration.runner(client).loadRecorded() != nil else {
                throw Refusal(description: "the database is new: the first start of a server makes its administrator")
            }
            return try await change(command.configuration, using: client)
        }
    }

    private func change(_ configuration: ServerConfiguration, using client: PostgresClient) async throws -> Int32 {
        let standard = configuration.admin.email ?? AdminBootstrap.defaultEmail
        let isStandard = email.map { $0.lowercased() == standard.lowercased() } ?? true
        if isStandard, configuration.admin.token != nil {
            throw Refusal(description: "ADMIN_TOKEN is configured, so that one counts from the next start of a server on: change it there")
        }
        switch try await AdminTokenReset.run(email: email, fallback: standard, using: client) {
        case .changed(let email, let token):
            try await SnapshotChange.tell([.users], from: UUIDText.v4(), using: client)
            hand(token, of: email, isKept: email.lowercased() == standard.lowercased(), configuration.stateFolder)
            return 0
        case .noAdministrator:
            throw Refusal(description: "no active user has admin rights: the next start of a server makes \(standard) an administrator")
        case .unclear(let administrators):
            let choices = administrators.map { ShellText.command(["admin", "token", "--email", $0]) }
            throw Refusal(description: "no administrator has the address \(email ?? standard); there are:\n  " + choices.joined(separator: "\n  "))
        }
    }

    /// The kept token is that of ADMIN_EMAIL, at each start; that of somebody else is shown this once, and one that can't be kept too.
    private func hand(_ token: Secret<String>, of email: String, isKept: Bool, _ stateFolder: String) {
        do {
            if isKept {
                try AdminToken.keep(token, in: stateFolder)
                return Terminal.print("new token of \(email): in \(AdminToken.path(in: stateFolder))")
            }
        } catch {
            Terminal.error("warning: the token can't be kept: \(error)")
        }
        Terminal.print("new token of \(email) (shown this once): \(token.reveal())")
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description: String
    }
}

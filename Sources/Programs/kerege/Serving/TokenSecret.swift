import AccessControl
import Digests
import Identity
import Telemetry

/// What tokens are signed and fields are encrypted with: the configured secret, or one that is generated once and kept in the state folder for its owner alone.
/// Several servers of one database need a configured one.
enum TokenSecret {
    static func path(in stateFolder: String) -> String { "\(stateFolder)/secret" }

    static func text(_ configuration: ServerConfiguration, log: Logger) -> Secret<String> {
        configuration.auth.secret ?? kept(in: configuration.stateFolder, log: log)
    }

    static func keys(_ secret: Secret<String>, _ configuration: ServerConfiguration) throws -> TokenKeys {
        guard let current = SigningKey(secret) else { throw ConfigurationProblems(problems: ["SECRET is empty"]) }
        guard let previous = configuration.auth.previousSecret.flatMap({ SigningKey($0) }), let until = configuration.auth.previousUntil else {
            return TokenKeys(current: current)
        }
        return TokenKeys(current: current, previous: TokenKeys.Previous(key: previous, until: until.milliseconds))
    }

    private static func kept(in stateFolder: String, log: Logger) -> Secret<String> {
        let path = path(in: stateFolder)
        if let known = FileText.read(path)?.filter({ !$0.isWhitespace }), !known.isEmpty { return Secret(known) }
        let made = RandomBytes.token()
        do {
            try FileText.makeFolder(stateFolder)
            try FileText.write(made + "\n", to: path, mode: 0o600)
        } catch {
            log.warning("the generated secret can't be kept: whoever is logged in has to do so again after a restart", [.reason: .text("\(error)")])
        }
        return Secret(made)
    }
}

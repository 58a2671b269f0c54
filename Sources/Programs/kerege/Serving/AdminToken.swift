import Digests
import Telemetry

/// The administrator's token where none is configured: generated once, kept in the state folder for its owner alone.
enum AdminToken {
    static func path(in stateFolder: String) -> String { "\(stateFolder)/admin-token" }

    /// - Returns: the configured token, or the kept one; nil when neither is there.
    static func known(_ configuration: ServerConfiguration) -> Secret<String>? {
        if let token = configuration.admin.token { return token }
        guard let text = FileText.read(path(in: configuration.stateFolder)) else { return nil }
        let token = text.filter { !$0.isWhitespace }
        return token.isEmpty ? nil : Secret(token)
    }

    /// - Throws: `FileProblem`.
    static func keep(_ token: Secret<String>, in stateFolder: String) throws {
        try FileText.makeFolder(stateFolder)
        try FileText.write(token.reveal() + "\n", to: path(in: stateFolder), mode: 0o600)
    }
}

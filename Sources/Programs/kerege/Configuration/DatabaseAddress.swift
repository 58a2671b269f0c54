import Postgres
import SchemaModel
import Telemetry

/// `DATABASE_URL` and its like: read by libpq before anything is done with them, and shown without passwords.
extension EnvironmentReader {
    /// - Returns: nil where it is not given, or empty; a problem is reported.
    mutating func databaseAddress(_ name: String) -> Secret<String>? {
        guard let value = variable(name), !value.isEmpty else { return nil }
        let secret = Secret(value)
        do throws(ConnectionText.Fault) {
            show(name, try ConnectionText.shown(secret))
        } catch {
            show(name, "[redacted]")
            report("\(name) \(error.words)")
        }
        return secret
    }
}

extension ConnectionText.Fault {
    private static let forms = "postgresql://user:password@host:5432/database, or host=… port=… dbname=… user=… password=…"

    fileprivate var words: String {
        switch self {
        case .foreignScheme(let scheme): "begins with \(scheme)://, and only PostgreSQL can be used: \(Self.forms)"
        case .noForm: "is neither a URL nor a list of keywords: \(Self.forms)"
        case .malformed:
            "can't be read: \(Self.forms). In a URL, signs like @ : / ? # % in a password are written %40 %3A %2F %3F %23 %25; "
                + "a keyword's value with a space or quote in it stands in single quotes"
        case .unknownOption(let word, let known):
            "has a keyword that libpq does not know"
                + (Spelling.nearest(to: word.reveal(), among: known).map { ": did you mean \($0)?" } ?? ": \(Self.forms)")
        case .badPort: "has a port that is no number from 1 to 65535"
        case .badValue(let option, let allowed): "has a \(option) that is none of \(allowed.joined(separator: ", "))"
        }
    }
}

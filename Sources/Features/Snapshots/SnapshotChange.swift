package import Postgres
internal import SQLText

/// What has changed in the database that a running server keeps in memory.
package enum SnapshotChange: String, Sendable, Hashable, CaseIterable {
    /// Rows of `directus_roles`, `_policies`, `_access`, `_permissions`.
    case rights
    /// A user's token, status or role, or a user was deleted.
    case users
    /// A migration was applied.
    case schema

    /// Channels of NOTIFY. The payload is the change and who made it, so that nobody hears itself.
    static let accessChannel = SQLIdentifier(static: "kerege_access")
    static let schemaChannel = SQLIdentifier(static: "kerege_schema")
    static let channels = [accessChannel, schemaChannel]

    var channel: SQLIdentifier {
        switch self {
        case .rights, .users: SnapshotChange.accessChannel
        case .schema: SnapshotChange.schemaChannel
        }
    }

    /// Tells every server on the database, but the one of that name.
    package static func tell(_ changes: Set<SnapshotChange>, from instance: String, using database: PostgresClient) async throws {
        _ = try await database.batch(changes.sorted { $0.rawValue < $1.rawValue }.map { $0.notification(from: instance) })
    }

    func notification(from instance: String) -> SQLStatement {
        let fragment: SQLFragment = """
            SELECT pg_notify(\(bind: .text(channel.name), as: .text), \(bind: .text("\(rawValue) \(instance)"), as: .text))
            """
        return fragment.statement
    }

    /// What a notification asks for. One that we can't read, or an empty one (`NOTIFY kerege_access` by hand), asks for everything of its
    /// channel; one of our own for nothing.
    static func changes(channel: String, payload: String, instance: String) -> Set<SnapshotChange> {
        let words = payload.split(separator: " ")
        if words.count == 2, words[1] == instance { return [] }
        if let change = words.first.flatMap({ SnapshotChange(rawValue: String($0)) }), change.channel.name == channel { return [change] }
        return channel == schemaChannel.name ? [.schema, .rights] : [.rights, .users]
    }
}

import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Behaviour `comments` (contract/system.md, section 8): users alone write them, about items that they may read; mentions notify.
struct CommentRules: BehaviorRules {
    func admit(_ payload: JSONObject, _ write: BehaviorWrite) async throws {
        if write.caller.user == nil, !write.caller.isAdmin { throw WireError.forbidden }
        guard write.action == .create else { return }
        for name in ["comment", "collection", "item"] where !isThere(payload[name]) { throw WireError.invalidPayload("\"\(name)\" is required") }
        try await write.session.require(.read, item: payload["item"] ?? .null, of: payload["collection"])
    }

    private func isThere(_ value: JSONValue?) -> Bool { value.map { !$0.isNull && $0 != .string("") } ?? false }

    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        guard write.action == .create, case .string(let comment)? = payload["comment"] else { return }
        let mentioned = Mentions.users(in: comment)
        guard !mentioned.isEmpty, case .string(let name)? = payload["collection"], let item = payload["item"].flatMap(ValueText.text),
            let collection = write.session.snapshot.schema.collection(CollectionName(name))
        else { return }
        let readers = try await self.readers(among: mentioned, of: item, in: collection, write.session)
        if readers.isEmpty { return }
        _ = try await write.session.transaction.query(
            SystemRowsSQL.notify(
                readers, from: write.caller.user?.text, subject: "You were mentioned in \(name)",
                message: "Hello, you were mentioned in a comment:\n\n> \(comment)", collection: name, item: item))
        for collection in write.session.snapshot.schema.collections where collection.has(.notifications) { write.session.touch(collection) }
    }

    /// Those who may read the item, judged by their own rights. Rules that need the caller's address or values of other rows don't admit them.
    private func readers(among users: [String], of item: String, in collection: Collection, _ session: WriteSession) async throws -> [String] {
        let rows = try await session.transaction.query(SystemRowsSQL.activeUsers(users))
        var readers: [String] = []
        for row in 0..<rows.rowCount {
            guard let user = rows.string(row, 0) else { continue }
            let role = rows.string(row, 1).map { RoleID($0) }
            let caller = session.snapshot.access.caller(.user(UserID(user), role: role), origin: RequestOrigin())
            if try await session.permits(.read, item, of: collection, to: caller) { readers.append(user) }
        }
        return readers
    }
}

/// `@` and a user's key.
enum Mentions {
    /// - Returns: keys in lower case, each once, in order; at most 100.
    static func users(in comment: String) -> [String] {
        var found: [String] = []
        for part in comment.split(separator: "@", omittingEmptySubsequences: false).dropFirst() where found.count < 100 {
            let key = part.prefix(36).lowercased()
            if ValueText.isUUID(key), !found.contains(key) { found.append(key) }
        }
        return found
    }
}

/// Behaviour `shares` (contract/system.md, section 9): whoever shares an item needs the right `share` on it. Its role may be any: what a share
/// shows is never more than its maker may see.
struct ShareRules: BehaviorRules {
    func admit(_ payload: JSONObject, _ write: BehaviorWrite) async throws {
        guard write.action == .create else { return }
        guard let collection = payload["collection"] else { throw WireError.forbidden }
        if let item = payload["item"] { try await write.session.require(.share, item: item, of: collection) }
    }
}

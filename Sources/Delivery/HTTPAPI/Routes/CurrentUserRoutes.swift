import AccessControl
import HTTPServer
import Items
import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import SchemaModel

/// `/users/me`, `/roles/me`: the caller's own rows, read with the caller's own rights (contract/system.md, section 4).
enum CurrentUserRoutes {
    static let users: CollectionName = "directus_users"

    /// What may not be read leaves the key alone.
    static func read(_ user: UserContext) async throws -> HTTPResponse {
        let context = user.context
        do {
            let answer = try await context.loop.reader.read(
                ReadRequest(collection: users, target: .item(key: user.user.text), query: .text(context.request.query)), by: context.caller,
                in: context.snapshot, now: context.now)
            return try context.answer(answer, collection: users.text)
        } catch let error as WireError where error.code == .forbidden {
            return context.data(["id": .string(user.user.text)])
        }
    }

    /// A body that is no object changes nothing. What was written but may not be read is answered like a read of it.
    static func update(_ user: UserContext) async throws -> HTTPResponse {
        let context = user.context
        var payload = JSONObject()
        if case .object(let members)? = context.body { payload = members }
        let answer = try await context.loop.writer.write(
            WriteRequest(collection: users, operation: .update(key: .string(user.user.text), payload), query: context.request.query),
            by: try await context.writingCaller(), in: context.snapshot, now: context.now)
        if case .empty = answer, !context.caller.isAdmin, context.caller.access.access(to: users, for: .read) == nil {
            throw WireError.forbidden(collection: users)
        }
        return try context.answer(answer, collection: users.text)
    }

    /// What the studio notes of itself: no right is asked, nothing is recorded.
    static func trackPage(_ user: UserContext) async throws -> HTTPResponse {
        guard let page = user.context.body?["last_page"]?.string, !page.isEmpty else {
            throw WireError.invalidPayload("\"last_page\" key is required")
        }
        if page.utf8.contains(0) || page.unicodeScalars.count > 255 { throw WireError.invalidPayload("\"last_page\" is too long") }
        _ = try await user.context.loop.database.query(SystemRowsSQL.track(page: page, of: user.user.text))
        return user.context.empty
    }

    /// The roles of the caller's tree; those that may not be read by their keys.
    static func roles(_ context: RequestContext) async throws -> HTTPResponse {
        guard context.caller.user != nil else { throw WireError.forbidden }
        let keys = context.caller.roles.map { JSONValue.string($0.text) }
        if keys.isEmpty { return context.data([]) }
        do {
            let answer = try await context.loop.reader.read(
                ReadRequest(collection: "directus_roles", target: .keys(keys), query: .text(context.request.query)), by: context.caller,
                in: context.snapshot, now: context.now)
            return try context.answer(answer, collection: "directus_roles")
        } catch let error as WireError where error.code == .forbidden {
            return context.data(.array(keys.map { ["id": $0] }))
        }
    }
}

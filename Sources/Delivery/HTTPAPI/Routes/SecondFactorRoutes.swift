import AccessControl
import HTTPServer
import Identity
import Items
import JSONText
import QueryEngine
import QueryLanguage
import SchemaModel

/// `/users/me/tfa`, `/users/:id/tfa` (contract/system.md, section 4).
enum SecondFactorRoutes {
    static func generate(_ user: UserContext) async throws -> HTTPResponse {
        let context = user.context
        let offer = try await context.services.auth.login.offerSecondFactor(
            to: user.user, password: context.body?["password"]?.string, from: context.caller.origin, using: context.loop.database)
        return context.data(["secret": .string(offer.secret), "otpauth_url": .string(offer.url)])
    }

    /// Needs the right to update the field, as any other.
    static func enable(_ user: UserContext) async throws -> HTTPResponse {
        let context = user.context
        let secret = try text("secret", context)
        let code = try text("otp", context)
        try await context.services.auth.login.checkNewSecondFactor(secret, code: code, of: user.user, using: context.loop.database)
        guard let users = context.snapshot.schema.collection(CurrentUserRoutes.users) else { throw WireError.forbidden }
        _ = try WriteAuthorizer(snapshot: context.snapshot, access: context.caller.access).update(["tfa_secret"], on: users)
        let caller = try await context.writingCaller()
        let isPermitted = try await context.loop.reader.permits(
            .update, on: users, key: user.user.text, caller: caller, in: context.snapshot, now: context.now)
        guard context.caller.isAdmin || isPermitted else {
            throw WireError.forbidden(action: "update", on: users.name, fields: ["tfa_secret"])
        }
        return try await store(.string(secret), of: user.user.text, context)
    }

    static func disable(_ user: UserContext) async throws -> HTTPResponse {
        let context = user.context
        let code = try text("otp", context)
        try await context.services.auth.login.checkSecondFactor(
            code, of: user.user, from: context.caller.origin, using: context.loop.database)
        return try await store(.null, of: user.user.text, context)
    }

    static func disableOther(_ user: UserContext) async throws -> HTTPResponse {
        guard user.context.caller.isAdmin else { throw WireError.forbidden }
        return try await store(.null, of: user.context.parameters["id"] ?? "", user.context)
    }

    /// What nobody may write by themselves (the engine refuses it in a payload): written by the server, in the caller's name.
    private static func store(_ secret: JSONValue, of user: String, _ context: RequestContext) async throws -> HTTPResponse {
        var caller = context.caller
        caller.access = .full
        _ = try await context.loop.writer.write(
            WriteRequest(
                collection: CurrentUserRoutes.users, operation: .update(key: .string(user), JSONObject()), query: "fields=id",
                serverValues: [JSONObject([("tfa_secret", secret)])]), by: caller, in: context.snapshot, now: context.now)
        return context.empty
    }

    private static func text(_ name: String, _ context: RequestContext) throws(WireError) -> String {
        guard let text = context.body?[name]?.string, !text.isEmpty else { throw .invalidPayload("\"\(name)\" is required") }
        return text
    }
}

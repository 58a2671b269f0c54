import AccessControl
import HTTPServer
import JSONText
import OpenAPIGeneration
import QueryEngine
import SchemaModel
import Synchronization

/// `/server/specs/oas`: the OpenAPI document of what the caller may do (contract/system.md, 14.1).
enum SpecificationRoutes {
    /// - Throws: `ROUTE_NOT_FOUND` where `OPENAPI_ENABLED` is false.
    static func document(_ context: RequestContext) throws(WireError) -> HTTPResponse {
        guard context.services.settings.describesAPI else { throw .routeNotFound(context.request.path) }
        let made = context.services.specifications.document(
            in: context.snapshot, for: DocumentAudience(access: context.caller.access, isUser: context.caller.user != nil),
            publicURL: context.services.settings.publicURL)
        if let known = context.request.headers.first("if-none-match"), EntityTag.matches(known, made.tag) {
            return HTTPResponse(status: 304, headers: [made.tagHeader], sharedHeaders: made.headers)
        }
        return HTTPResponse(status: 200, headers: [made.tagHeader], sharedHeaders: made.headers, body: .bytes(made.body))
    }
}

/// Documents of the newest generation, by rights. Callers with the same policies share one.
final class SpecificationCache: Sendable {
    struct Entry: Sendable {
        let body: ByteBuffer
        let tag: String
        let headers: SharedHeaders
        /// By itself: whoever compresses the body weakens it.
        var tagHeader: (name: String, value: String) { (name: "ETag", value: tag) }
        /// Kept alive, so that nothing else can have its identity.
        fileprivate let access: EffectiveAccess
    }

    private struct Key: Hashable {
        let access: ObjectIdentifier
        let isUser: Bool
    }

    private struct State {
        var snapshot: EngineSnapshot?
        var entries: [Key: Entry] = [:]
    }

    private static let maximumEntries = 64
    private let state = Mutex(State())

    func document(in snapshot: EngineSnapshot, for audience: DocumentAudience, publicURL: String) -> Entry {
        let key = Key(access: ObjectIdentifier(audience.access), isUser: audience.isUser)
        if let known = state.withLock({ $0.snapshot === snapshot ? $0.entries[key] : nil }) { return known }
        let document = OpenAPIDocument(of: snapshot.schema, for: audience, publicURL: publicURL)
        let tag = "\"\(document.version)\""
        let entry = Entry(
            body: document.compact, tag: tag,
            headers: SharedHeaders(
                AnswerHeaders.always + [
                    AnswerHeaders.json, (name: "Cache-Control", value: "private, no-cache"), (name: "Vary", value: "Origin, Authorization, Cookie"),
                ]), access: audience.access)
        state.withLock { state in
            if let current = state.snapshot, current !== snapshot, current.generation > snapshot.generation { return }
            if state.snapshot !== snapshot || state.entries.count >= Self.maximumEntries { state.entries = [:] }
            state.snapshot = snapshot
            state.entries[key] = entry
        }
        return entry
    }
}

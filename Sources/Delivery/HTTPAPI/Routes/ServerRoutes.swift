import AccessControl
import Assets
import HTTPServer
import Items
import JSONText
import Postgres
import QueryLanguage
import SQLText

/// `/server/…`: of the server itself.
enum ServerRoutes {
    private static let pong = ByteBuffer("pong")

    /// Answered before anything looks at credentials.
    static func ping() -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: AnswerHeaders.always + [(name: "Content-Type", value: "text/html; charset=utf-8")], body: .bytes(pong))
    }

    /// One cheap statement; what was measured is for admins only (attack B10).
    static func health(_ context: RequestContext) async -> HTTPResponse {
        let (isUp, elapsed) = await databaseResponse(context)
        let milliseconds = Double(elapsed.components.attoseconds) / 1e15 + Double(elapsed.components.seconds) * 1000
        let status = !isUp ? "error" : milliseconds > 150 ? "warn" : "ok"
        var members = JSONObject([("status", .string(status))])
        if context.caller.isAdmin {
            let check: JSONValue = [
                "status": .string(status), "componentType": "datastore", "observedUnit": "ms",
                "observedValue": .number(JSONNumber((milliseconds * 1000).rounded() / 1000)), "threshold": 150,
            ]
            members["releaseId"] = .string(emulatedVersion)
            members["serviceId"] = .string(context.services.settings.publicURL)
            members["checks"] = ["pg:responseTime": [check]]
        }
        return health(isUp: isUp, members)
    }

    /// - Parameter members: of the answer.
    static func health(isUp: Bool, _ members: JSONObject) -> HTTPResponse {
        var writer = ByteWriter()
        writer.append(.object(members))
        return HTTPResponse(
            status: isUp ? 200 : 503,
            headers: AnswerHeaders.always + [
                (name: "Content-Type", value: "application/health+json; charset=utf-8"), (name: "Cache-Control", value: "no-store"),
            ], body: .bytes(writer.finish()))
    }

    /// Whether the database answers one cheap statement, and how long that, or the failure, took.
    static func databaseResponse(_ context: RequestContext) async -> (isUp: Bool, time: Duration) {
        let start = ContinuousClock.now
        do {
            _ = try await context.loop.database.query(("SELECT 1" as SQLFragment).statement, lane: .fast)
        } catch {
            return (false, ContinuousClock.now - start)
        }
        return (true, ContinuousClock.now - start)
    }

    /// What the public needs to know of the project: its name.
    static func info(_ context: RequestContext) async throws -> HTTPResponse {
        let columns: [String] = [
            "project_name", "project_descriptor", "project_logo", "project_color", "default_appearance", "default_theme_light",
            "default_theme_dark", "theme_light_overrides", "theme_dark_overrides", "default_language", "public_foreground", "public_background",
            "public_favicon", "public_note", "custom_css", "public_registration", "public_registration_verify_email",
        ]
        let list = columns.compactMap { SQLIdentifier($0).map { SQLFragment($0) } }.joined(separator: ", ")
        let row = try await context.loop.database.query(("SELECT \(list) FROM \"directus_settings\" LIMIT 1" as SQLFragment).statement)
        var project = JSONObject()
        for (index, column) in columns.enumerated() {
            let text = row.rowCount > 0 ? row.string(0, index) : nil
            switch (column, text) {
            case (_, nil): project[column] = .null
            case ("public_registration", let text?), ("public_registration_verify_email", let text?): project[column] = .bool(text == "t")
            case ("theme_light_overrides", let text?), ("theme_dark_overrides", let text?):
                project[column] = (try? JSONParser.parse(text)) ?? .null
            case (_, let text?): project[column] = .string(text)
            }
        }
        var members = JSONObject([("project", .object(project)), ("setupCompleted", true)])
        if context.caller.user != nil {
            for (name, value) in abilities(context) { members[name] = value }
        }
        return context.data(.object(members))
    }

    /// The version of Directus whose behaviour this is; clients choose theirs by it (contract/system.md, "Which version to report?").
    static let emulatedVersion = "11.17.4"

    /// What users are told besides (contract/system.md, 14.1). What this server does not have is off: sockets, MCP, the assistant.
    private static func abilities(_ context: RequestContext) -> JSONObject {
        let limits = context.loop.reader.limits
        return JSONObject([
            ("version", .string(emulatedVersion)), ("mcp_enabled", false), ("ai_enabled", false),
            ("files", ["mimeTypeAllowList": .array(context.services.settings.files.allowedTypes.map { .string($0) })]),
            ("rateLimit", false), ("rateLimitGlobal", false), ("extensions", ["limit": .null]),
            ("queryLimit", ["default": .integer(limits.defaultLimit), "max": .integer(limits.maximumLimit ?? -1)]), ("websocket", false),
        ])
    }

    static func robots() -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: AnswerHeaders.always + [(name: "Content-Type", value: "text/plain; charset=utf-8")],
            body: .bytes(ByteBuffer("User-agent: *\nDisallow: /")))
    }
}

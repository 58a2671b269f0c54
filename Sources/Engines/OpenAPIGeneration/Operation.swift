package import SchemaModel

/// One documented operation: registers the route and becomes an entry of the OpenAPI document, so that the two cannot drift (style.md, law 7).
package struct Operation: Sendable, Equatable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case search = "SEARCH"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// What the handler does.
    package enum Action: Sendable, Equatable, Hashable {
        case ping, health, info, specification, documentation, documentationFile, metrics, setup, robots
        case authProviders, login, refresh, logout
        case generateSecondFactor, enableSecondFactor, disableSecondFactor, disableSecondFactorOfOther
        case currentUser, updateCurrentUser, trackPage, currentRoles, currentPermissions, currentItemPermissions, currentPolicyGlobals
        case uploadFiles, updateFile, asset
        case projectOwner
        case version(VersionAction)
        case revert, sort, randomString, generateHash, verifyHash, clearCache, explain
        case items(ItemAction, Source)
    }

    package enum VersionAction: String, Sendable, CaseIterable {
        case read, save, compare, promote
    }

    package enum ItemAction: String, Sendable, CaseIterable {
        case list, search, read, create, updateMany, update, deleteMany, delete
    }

    /// Which collection an items operation works on.
    package enum Source: Sendable, Equatable, Hashable {
        /// `:collection` of the path.
        case path
        case system(CollectionName)
    }

    package let method: Method
    /// Segments; one that begins with `:` is a parameter.
    package let path: [String]
    package let action: Action
    package let summary: String

    /// `/items/{collection}/{id}`.
    package var template: String {
        "/" + path.map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : $0 }.joined(separator: "/")
    }
}

/// All operations of the server, in the order of the documentation.
package enum OperationCatalogue {
    /// System collections that are served under their own names with all eight item operations.
    package static let systemResources: [String] = [
        "access", "comments", "dashboards", "files", "flows", "folders", "notifications", "operations", "panels", "permissions", "policies",
        "presets", "roles", "shares", "translations", "users", "versions",
    ]
    package static let readOnlyResources: [String] = ["activity", "revisions"]

    package static let operations: [Operation] =
        server + auth + me + files + versions + utilities + items(of: ["items", ":collection"], .path) + system

    private static let server: [Operation] = [
        Operation(method: .get, path: ["server", "ping"], action: .ping, summary: "Answers pong"),
        Operation(method: .get, path: ["server", "health"], action: .health, summary: "Whether the server and its database work"),
        Operation(method: .get, path: ["server", "info"], action: .info, summary: "What the project is called and can do"),
        Operation(method: .get, path: ["server", "specs", "oas"], action: .specification, summary: "This document, for the caller"),
        Operation(method: .get, path: ["docs"], action: .documentation, summary: "This document as a page for people"),
        Operation(method: .get, path: ["docs", ":file"], action: .documentationFile, summary: "What that page is made of"),
        Operation(method: .get, path: ["metrics"], action: .metrics, summary: "What the server has counted and measured, for Prometheus"),
        Operation(method: .post, path: ["server", "setup"], action: .setup, summary: "Refused: the first administrator is made at the first start"),
        Operation(method: .get, path: ["robots.txt"], action: .robots, summary: "What crawlers may read"),
    ]

    private static let auth: [Operation] = [
        Operation(method: .get, path: ["auth"], action: .authProviders, summary: "The ways to log in besides address and password"),
        Operation(method: .post, path: ["auth", "login"], action: .login, summary: "Logs in with address and password"),
        Operation(method: .post, path: ["auth", "refresh"], action: .refresh, summary: "Gives new tokens for a refresh token or a session"),
        Operation(method: .post, path: ["auth", "logout"], action: .logout, summary: "Ends a session"),
    ]

    private static let me: [Operation] = [
        Operation(method: .get, path: ["users", "me"], action: .currentUser, summary: "The caller"),
        Operation(method: .patch, path: ["users", "me"], action: .updateCurrentUser, summary: "Changes the caller"),
        Operation(method: .patch, path: ["users", "me", "track", "page"], action: .trackPage, summary: "Remembers the page the caller was on"),
        Operation(
            method: .post, path: ["users", "me", "tfa", "generate"], action: .generateSecondFactor, summary: "A secret for an authenticator"),
        Operation(method: .post, path: ["users", "me", "tfa", "enable"], action: .enableSecondFactor, summary: "Demands codes of that secret"),
        Operation(method: .post, path: ["users", "me", "tfa", "disable"], action: .disableSecondFactor, summary: "Demands no more codes"),
        Operation(
            method: .post, path: ["users", ":id", "tfa", "disable"], action: .disableSecondFactorOfOther,
            summary: "Demands no more codes of somebody"),
        Operation(method: .get, path: ["roles", "me"], action: .currentRoles, summary: "The caller's roles"),
        Operation(method: .get, path: ["permissions", "me"], action: .currentPermissions, summary: "What the caller may do"),
        Operation(
            method: .get, path: ["permissions", "me", ":collection"], action: .currentItemPermissions,
            summary: "What the caller may do with a collection's items"),
        Operation(
            method: .get, path: ["permissions", "me", ":collection", ":id"], action: .currentItemPermissions,
            summary: "What the caller may do with an item"),
        Operation(method: .get, path: ["policies", "me", "globals"], action: .currentPolicyGlobals, summary: "The caller's flags"),
    ]

    private static let files: [Operation] = [
        Operation(method: .post, path: ["files"], action: .uploadFiles, summary: "Uploads files, or creates a file's row"),
        Operation(method: .patch, path: ["files", ":id"], action: .updateFile, summary: "Changes a file's row, or gives it new bytes"),
        Operation(method: .get, path: ["assets", ":id"], action: .asset, summary: "A file's bytes"),
        Operation(method: .get, path: ["assets", ":id", ":filename"], action: .asset, summary: "A file's bytes under a name"),
    ]

    private static let versions: [Operation] = [
        Operation(method: .get, path: ["versions", ":id"], action: .version(.read), summary: "A version and what it holds"),
        Operation(method: .post, path: ["versions", ":id", "save"], action: .version(.save), summary: "Adds changes to a version"),
        Operation(method: .get, path: ["versions", ":id", "compare"], action: .version(.compare), summary: "A version beside its item"),
        Operation(method: .post, path: ["versions", ":id", "promote"], action: .version(.promote), summary: "Writes a version to its item"),
    ]

    private static let utilities: [Operation] = [
        Operation(method: .post, path: ["utils", "revert", ":revision"], action: .revert, summary: "Writes a revision back to its item"),
        Operation(method: .post, path: ["utils", "sort", ":collection"], action: .sort, summary: "Moves an item by the sort field"),
        Operation(method: .get, path: ["utils", "random", "string"], action: .randomString, summary: "A random text"),
        Operation(method: .post, path: ["utils", "hash", "generate"], action: .generateHash, summary: "A text's Argon2 hash"),
        Operation(method: .post, path: ["utils", "hash", "verify"], action: .verifyHash, summary: "Whether a hash is a text's"),
        Operation(method: .post, path: ["utils", "cache", "clear"], action: .clearCache, summary: "Forgets what is remembered of callers"),
        Operation(method: .post, path: ["utils", "explain"], action: .explain, summary: "How a read is answered to somebody, stage by stage"),
    ]

    private static let system: [Operation] =
        systemResources.flatMap { name in
            items(of: [name], .system(CollectionName("directus_\(name)"))).filter { !$0.isReplaced(in: name) }
        }
        + readOnlyResources.flatMap { name in
            items(of: [name], .system(CollectionName("directus_\(name)"))).filter { operation in
                switch operation.action {
                case .items(.list, _), .items(.search, _), .items(.read, _): true
                default: false
                }
            }
        }
        + [
            Operation(
                method: .get, path: ["settings"], action: .items(.list, .system("directus_settings")), summary: "The project's settings"),
            Operation(
                method: .patch, path: ["settings"], action: .items(.updateMany, .system("directus_settings")), summary: "Changes the settings"),
            Operation(method: .post, path: ["settings", "owner"], action: .projectOwner, summary: "Says whose project it is"),
        ]

    private static func items(of path: [String], _ source: Operation.Source) -> [Operation] {
        let one = path + [":id"]
        return [
            Operation(method: .get, path: path, action: .items(.list, source), summary: "Lists items"),
            Operation(method: .search, path: path, action: .items(.search, source), summary: "Lists items by a query in the body"),
            Operation(method: .get, path: one, action: .items(.read, source), summary: "Reads an item"),
            Operation(method: .post, path: path, action: .items(.create, source), summary: "Creates items"),
            Operation(method: .patch, path: path, action: .items(.updateMany, source), summary: "Changes items"),
            Operation(method: .patch, path: one, action: .items(.update, source), summary: "Changes an item"),
            Operation(method: .delete, path: path, action: .items(.deleteMany, source), summary: "Deletes items"),
            Operation(method: .delete, path: one, action: .items(.delete, source), summary: "Deletes an item"),
        ]
    }
}

extension Operation {
    /// There is an operation of its own for it.
    fileprivate func isReplaced(in resource: String) -> Bool {
        switch (resource, action) {
        case ("files", .items(.create, _)), ("files", .items(.update, _)), ("versions", .items(.read, _)): true
        default: false
        }
    }
}

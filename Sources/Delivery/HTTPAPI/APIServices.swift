package import AccessControl
package import Assets
import EventLoops
package import Identity
package import Items
package import Postgres
package import QueryEngine
package import Telemetry

/// What one loop answers requests with.
package final class LoopServices: Sendable {
    package let database: PostgresClient
    package let reader: ItemReader
    package let writer: ItemWriter
    package let versions: ItemVersions
    package let uploads: FileUpload
    package let assets: AssetReader

    package init(database: PostgresClient, reader: ItemReader, writer: ItemWriter, uploads: FileUpload, assets: AssetReader) {
        self.database = database
        self.reader = reader
        self.writer = writer
        versions = ItemVersions(writer: writer)
        self.uploads = uploads
        self.assets = assets
    }
}

/// What the configuration says about the API.
package struct APISettings: Sendable {
    /// `MAX_PAYLOAD_SIZE`, bytes.
    package var maximumPayload = 1_048_576
    /// `PUBLIC_URL`.
    package var publicURL = "/"
    /// `OPENAPI_ENABLED`.
    package var describesAPI = true
    /// `DOCS_ASSETS`: the files of Swagger UI; nil = there are none.
    package var documentationFolder: String?
    package var files = FileSettings()
    package var cookies = CookieSettings()
    package init() {}
}

/// What the routes of `/auth` work with.
package struct AuthServices: Sendable {
    package let login: Login
    package let sessions: Sessions
    package let stall: LoginStall

    package init(login: Login, sessions: Sessions, stall: LoginStall) {
        self.login = login
        self.sessions = sessions
        self.stall = stall
    }
}

/// Everything that the API needs from the floors below, put together by the program.
package final class APIServices: Sendable {
    /// By `EventLoop.index`.
    package let loops: [LoopServices]
    package let snapshot: @Sendable () -> EngineSnapshot
    package let authentication: TokenAuthentication
    package let auth: AuthServices
    package let attributes: AttributeLoader
    package let settings: APISettings
    /// nil = `METRICS_ENABLED` is false.
    package let metrics: APIMetrics?
    let specifications = SpecificationCache()
    package let log: Logger
    /// Wall clock, milliseconds since 1970.
    package let now: @Sendable () -> Moment

    package init(
        loops: [LoopServices], snapshot: @escaping @Sendable () -> EngineSnapshot, authentication: TokenAuthentication, auth: AuthServices,
        attributes: AttributeLoader, settings: APISettings, metrics: APIMetrics? = nil, log: Logger, now: @escaping @Sendable () -> Moment
    ) {
        self.loops = loops
        self.snapshot = snapshot
        self.authentication = authentication
        self.auth = auth
        self.attributes = attributes
        self.settings = settings
        self.metrics = metrics
        self.log = log
        self.now = now
    }

    /// Where a loop counts its requests; nil where nothing is counted.
    @inline(__always)
    func requestMetrics(on loop: EventLoop) -> RequestMetrics? {
        guard let metrics, loop.index < metrics.requests.count else { return nil }
        return metrics.requests[loop.index]
    }
}

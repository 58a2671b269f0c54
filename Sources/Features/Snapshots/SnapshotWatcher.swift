internal import EventLoops
package import Postgres
internal import QueryEngine
package import Telemetry

/// Keeps one server's snapshot up to date with what others change: listens for their notifications, and looks now and then whether the tables of
/// rights have changed without one (by hand, by a restore).
///
/// State can go: new -> open -> closed. `@unchecked Sendable`: touched on the loop of its client only.
package final class SnapshotWatcher: @unchecked Sendable {
    private let updater: SnapshotUpdater
    private let database: PostgresClient
    private let pollInterval: Duration
    private let log: Logger
    private let configuration: PostgresConfiguration

    private var schedule = ReloadSchedule()
    private var listener: PostgresListener?
    private var pollTimer: LoopTimer?
    private var pauseTimer: LoopTimer?
    /// Of the reading that is in force; nil = none was made yet.
    private var changeCount: String?
    private var isPolling = false
    private var isClosed = false

    /// - Parameters:
    ///   - configuration: for the listening connection, direct to the database (not through a pooler in transaction mode).
    ///   - database: a client of the loop that the watcher lives on.
    package init(
        updater: SnapshotUpdater, configuration: PostgresConfiguration, database: PostgresClient, pollInterval: Duration = .seconds(2), log: Logger
    ) {
        self.updater = updater
        self.configuration = configuration
        self.database = database
        self.pollInterval = pollInterval
        self.log = log
    }

    /// Listens, then reads the rights for the first time: when it returns, the store holds them, and no later change is missed.
    /// - Throws: `PostgresError`; `.shutdown` where it was closed meanwhile. It may be started again after another one.
    package func start() async throws {
        database.loop.assertCurrent()
        guard listener == nil, !isClosed else { return }
        let listener = PostgresListener(
            configuration: configuration, loop: database.loop, channels: SnapshotChange.channels,
            onNotification: { [weak self] in self?.heard($0) },
            onReconnect: { [weak self] in self?.changed(Set(SnapshotChange.allCases)) })
        self.listener = listener
        do {
            try await listener.start()
            changeCount = try await readChangeCount()
            try await updater.reload([.rights], using: database)
            guard !isClosed else { throw PostgresError.shutdown }
        } catch {
            listener.close()
            self.listener = nil
            throw error
        }
        let loop = database.loop
        updater.onFailure { [weak self] changes in
            guard let watcher = self else { return }
            loop.execute { watcher.changed(changes) }
        }
        pollTimer = loop.schedule(after: pollInterval, repeating: pollInterval) { [weak self] in self?.poll() }
    }

    /// Watches no more. A reading that is under way ends by itself.
    package func close() {
        database.loop.assertCurrent()
        isClosed = true
        updater.onFailure(nil)
        pollTimer?.cancel()
        pauseTimer?.cancel()
        listener?.close()
        (pollTimer, pauseTimer, listener) = (nil, nil, nil)
    }

    private func heard(_ notification: PostgresNotification) {
        changed(SnapshotChange.changes(channel: notification.channel, payload: notification.payload, instance: updater.instance))
    }

    private func changed(_ changes: Set<SnapshotChange>) {
        perform(schedule.changed(changes))
    }

    private func perform(_ action: ReloadSchedule.Action) {
        guard !isClosed else { return }
        switch action {
        case .nothing: break
        case .read(let changes): database.loop.startTask { await self.read(changes) }
        case .pause(let duration):
            pauseTimer?.cancel()
            pauseTimer = database.loop.schedule(after: duration) { [weak self] in
                guard let self else { return }
                perform(schedule.pauseEnded())
            }
        }
    }

    private func read(_ changes: Set<SnapshotChange>) async {
        do {
            // Counted before the rows are read: what changes in between is seen at the next look.
            if changes.contains(.rights) { changeCount = try await readChangeCount() }
            try await updater.reload(changes, using: database)
            perform(schedule.succeeded())
        } catch {
            log.warning("snapshot not reloaded, trying again", [.reason: .text("\(error)")])
            perform(schedule.failed())
        }
    }

    /// A change without a notification. While the database is away, nothing is to be seen; the listener asks for everything afterwards.
    private func poll() {
        guard !isPolling else { return }
        isPolling = true
        database.loop.startTask {
            defer { self.isPolling = false }
            guard let count = try? await self.readChangeCount(), count != self.changeCount else { return }
            self.changed([.rights])
        }
    }

    private func readChangeCount() async throws -> String? {
        try await database.query(AccessRowsSQL.changeCount, lane: .fast).string(0, 0)
    }
}

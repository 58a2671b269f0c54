import AccessControl
import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import SQLText
import SchemaModel

/// Plans by query text, on one loop. Two generations of entries: when the young one is full the old one is dropped, so the cache stays bounded and
/// what is used stays.
///
/// Texts that differ in values alone have plans of their own and share the statement that PostgreSQL has prepared (values are binds). One plan for all
/// values would be known as quick by those that were quick, and let the first slow one onto the shared connections.
final class PlanCache {
    static let capacity = 1024

    struct Key: Hashable {
        let collection: CollectionName
        let target: ReadRequest.Target.Kind
        let query: String
        let access: ObjectIdentifier
    }

    /// A plan with what keeps its key valid, and its lane by measurement.
    final class Entry {
        let plan: ReadPlan
        let collection: Collection
        let isSingleton: Bool
        let keyType: SQLType
        let export: ExportFormat?
        /// nil = the list is short by its limit.
        let longList: LongList?
        /// Rows without a table that the list ends with (`BuiltInRows`).
        let furtherRows: [JSONValue]
        /// Keeps the object alive that the key names by identity.
        private let access: EffectiveAccess
        let longLists = PlanRunner.LongLists()
        /// Bytes of memory that the last answer would have fitted in; 0 for long ones, which are rare and would hold it in vain.
        private(set) var expectedSize = 0
        private static let mostExpected = 262_144
        private static let provenRuns = 500
        private var quickRuns = 0
        /// A moving average: answers that came together seem to have taken the first all the time, and the others none.
        private var usualRun: Duration?
        private var neededQuickRuns: Int

        /// - Parameter provenAfter: quick runs; 0 for what is quick without doubt.
        init(
            plan: ReadPlan, collection: Collection, export: ExportFormat?, access: EffectiveAccess, provenAfter: Int,
            longList: LongList? = nil, furtherRows: [JSONValue] = []
        ) {
            self.plan = plan
            self.collection = collection
            isSingleton = collection.meta.singleton
            keyType = collection.keyBindType
            self.export = export
            self.longList = longList
            self.furtherRows = furtherRows
            self.access = access
            neededQuickRuns = provenAfter
        }

        /// Quick so far: planned once for all values from now on.
        var isProven: Bool { quickRuns >= neededQuickRuns }

        /// All levels by one statement; nil = not yet, or never.
        var gathered: GatheredRead? {
            guard isProven, longList == nil, longLists.areGathered else { return nil }
            return asOne
        }
        private lazy var asOne = GatheredRead(plan)

        /// The fast lane, whose connections plan so, is for single statements.
        var lane: PostgresLane { isProven && (plan.depth == 1 || gathered != nil) ? .fast : .exclusive }

        var takesLong: Bool { usualRun.map { $0 > .microseconds(160) } ?? false }

        func note(size: Int) { expectedSize = size <= Entry.mostExpected ? size + size / 16 : 0 }

        /// It was stopped, or could not be done: as slow as anything.
        func recordFailure() { record(.seconds(1)) }

        /// - Parameter duration: of its statements, without what was before them on their connection.
        func record(_ duration: Duration) {
            // One that stood in the way of others for once says little of the next.
            let counted = min(duration, .milliseconds(2))
            usualRun = usualRun.map { $0 + (counted - $0) / 8 } ?? counted
            if duration < .milliseconds(5) {
                quickRuns += 1
            } else if duration > .milliseconds(25) {
                // Away for longer each time where it is slow soon after it came: only where it is planned once for all values, maybe.
                // After many quick runs it was rather the machine that stood still.
                let wasSlowSoon = isProven && quickRuns - neededQuickRuns < Entry.provenRuns
                neededQuickRuns = wasSlowSoon ? min(max(64, neededQuickRuns * 4), 1 << 20) : 64
                quickRuns = 0
            }
        }
    }

    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var generation = -1

    /// Forgets everything when the snapshot has changed.
    func follow(_ snapshot: EngineSnapshot) {
        if snapshot.generation == generation { return }
        generation = snapshot.generation
        young = [:]
        old = [:]
    }

    subscript(key: Key) -> Entry? {
        get {
            if let entry = young[key] { return entry }
            guard let entry = old[key] else { return nil }
            self[key] = entry
            return entry
        }
        set {
            if young.count >= PlanCache.capacity {
                old = young
                young = [:]
            }
            young[key] = newValue
        }
    }
}

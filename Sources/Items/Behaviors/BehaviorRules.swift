import AccessControl
import JSONText
import QueryEngine
import SchemaModel

/// What a behaviour adds to the writes of a collection that names it. Each stage does nothing unless the behaviour says so.
///
/// - Order of the stages: `admit` · rights of fields and rows · presets · `complete` · validation with `faults` · `willChange` · many-to-one
///   parents · `prepare` · generated values · the statement · `didWrite` or `didDelete` · lists of children.
/// - All run inside the request's transaction, nested writes too. What a stage throws rolls everything back.
protocol BehaviorRules: Sendable {
    /// Before any right is looked at: may refuse.
    func admit(_ payload: JSONObject, _ write: BehaviorWrite) async throws
    /// Fills in what the payload leaves out, after presets.
    func complete(_ payload: inout JSONObject, _ write: BehaviorWrite)
    /// - Returns: what is told together with the other faults of validation.
    /// - Throws: `WireError` for what is told alone.
    func faults(in payload: JSONObject, _ write: BehaviorWrite) async throws -> [ValidationFailure]
    /// Before rows that are there are changed or deleted; the caller may do so as far as permissions go.
    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws
    /// Changes what is stored. Objects have been replaced by their keys.
    func prepare(_ fields: inout JSONObject, _ write: BehaviorWrite) throws
    /// The rows stand in the table.
    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws
    func didDelete(_ keys: [String], _ write: BehaviorWrite) async throws
}

extension BehaviorRules {
    func admit(_ payload: JSONObject, _ write: BehaviorWrite) async throws {}
    func complete(_ payload: inout JSONObject, _ write: BehaviorWrite) {}
    func faults(in payload: JSONObject, _ write: BehaviorWrite) async throws -> [ValidationFailure] { [] }
    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {}
    func prepare(_ fields: inout JSONObject, _ write: BehaviorWrite) throws {}
    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {}
    func didDelete(_ keys: [String], _ write: BehaviorWrite) async throws {}
}

/// One mutation of rows of one collection, as behaviours see it.
struct BehaviorWrite {
    enum Action {
        case create, update, delete
    }

    let action: Action
    let collection: Collection
    /// The relational fields that lead here.
    let path: [String]
    let session: WriteSession

    var caller: Caller { session.caller }
}

extension Behavior {
    var rules: any BehaviorRules {
        switch self {
        case .access: AccessRowRules()
        case .comments: CommentRules()
        case .files: FileRules()
        case .permissions: PermissionRules()
        case .policies: PolicyRules()
        case .presets: PresetRules()
        case .roles: RoleRules()
        case .settings: SettingRules()
        case .shares: ShareRules()
        case .translations: TranslationRules()
        case .users: UserRules()
        case .versions: VersionRules()
        case .activity, .collections, .dashboards, .deployments, .deploymentProjects, .deploymentRuns, .extensions, .fields, .flows, .folders,
            .migrations, .notifications, .operations, .panels, .relations, .revisions, .sessions:
            NoFurtherRules()
        }
    }
}

/// The rules of every collection are enough.
struct NoFurtherRules: BehaviorRules {}

/// The behaviours of one mutation, stage by stage. Nothing for collections that name none.
struct BehaviorStages {
    private let rules: [any BehaviorRules]
    /// nil without rules.
    private let write: BehaviorWrite?

    init(_ action: BehaviorWrite.Action, on collection: Collection, path: [String] = [], in session: WriteSession) {
        guard !collection.meta.behaviors.isEmpty else {
            (rules, write) = ([], nil)
            return
        }
        rules = collection.meta.behaviors.map(\.rules)
        write = BehaviorWrite(action: action, collection: collection, path: path, session: session)
    }

    var isEmpty: Bool { rules.isEmpty }

    func admit(_ payload: JSONObject = JSONObject()) async throws {
        guard let write else { return }
        for rule in rules { try await rule.admit(payload, write) }
    }

    func complete(_ payload: inout JSONObject) {
        guard let write else { return }
        for rule in rules { rule.complete(&payload, write) }
    }

    func faults(in payload: JSONObject) async throws -> [ValidationFailure] {
        guard let write else { return [] }
        var found: [ValidationFailure] = []
        for rule in rules { found += try await rule.faults(in: payload, write) }
        return found.map { fault in
            var fault = fault
            fault.path = write.path + fault.path
            return fault
        }
    }

    func willChange(_ keys: [String], _ payload: JSONObject = JSONObject()) async throws {
        guard let write else { return }
        for rule in rules { try await rule.willChange(keys, payload, write) }
    }

    func prepare(_ fields: inout JSONObject) throws {
        guard let write else { return }
        for rule in rules { try rule.prepare(&fields, write) }
    }

    func didWrite(_ keys: [String], _ payload: JSONObject) async throws {
        guard let write else { return }
        for rule in rules { try await rule.didWrite(keys, payload, write) }
    }

    func didDelete(_ keys: [String]) async throws {
        guard let write else { return }
        for rule in rules { try await rule.didDelete(keys, write) }
    }
}

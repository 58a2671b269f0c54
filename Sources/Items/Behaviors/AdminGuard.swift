import AccessControl
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// Admin access is given and changed by administrators alone (contract/system.md, 5.7): whoever has write rights on users, roles, policies, their
/// attachments or permissions, but no admin access, is stopped where admin access begins.
///
/// - Judged by the rows as they stand in the transaction, before and after the write, so that no way of writing them (nested, by key, by preset)
///   makes a difference. Policies bound to addresses count.
struct AdminGuard {
    private let session: WriteSession

    init(_ write: BehaviorWrite) { session = write.session }

    static let refusal = WireError.forbidden(reason: "Only an administrator may give or change admin access.")

    func keepUsers(_ keys: [String]) async throws { try await refuse(AdminAccessSQL.users(keys)) }
    func keepRoles(_ keys: [String]) async throws { try await refuse(AdminAccessSQL.roles(keys)) }
    /// The users that have one of these roles.
    func keepMembers(ofRoles keys: [String]) async throws { try await refuse(AdminAccessSQL.members(ofRoles: keys)) }
    func keepPolicies(_ keys: [String]) async throws { try await refuse(AdminAccessSQL.policies(keys)) }
    func keepAttachments(_ keys: [String]) async throws { try await refuse(AdminAccessSQL.attachments(keys)) }
    func keepPermissions(_ keys: [String]) async throws { try await refuse(AdminAccessSQL.permissions(keys)) }

    private func refuse(_ found: SQLStatement) async throws {
        if session.caller.isAdmin { return }
        if try await session.transaction.query(found).rowCount > 0 { throw AdminGuard.refusal }
    }
}

/// Whether a request may take away the last administrator (contract/system.md, 5.7, "Last admin"; attack D22).
enum AdministratorWatch {
    case off
    /// - Parameter hadOne: before the first write that could matter there was one; where there was none, nothing can be lost.
    case on(hadOne: Bool)
}

extension WriteSession {
    /// Before a write that can take admin access away. Such requests are done one after the other, so that two can't remove one administrator
    /// each.
    func watchAdministrators() async throws {
        guard case .off = administrators else { return }
        _ = try await transaction.query(AdminAccessSQL.lock)
        administrators = .on(hadOne: try await transaction.query(AdminAccessSQL.administrator(without: [])).rowCount > 0)
    }

    /// - Parameter leaving: users that are about to be deleted, which something else may yet prevent: this is told first.
    /// - Throws: `UNPROCESSABLE_CONTENT` when no active user with admin access from everywhere is left.
    func checkAdministrators(without leaving: [String] = []) async throws {
        guard case .on(hadOne: true) = administrators else { return }
        if try await transaction.query(AdminAccessSQL.administrator(without: leaving)).rowCount > 0 { return }
        let reason = "Cannot remove the last admin user from the system"
        throw WireError(.unprocessableContent, message: "Can't process content. \(reason).", extensions: [("reason", .string(reason))])
    }
}

internal import CLibArgon2
internal import Digests
internal import EventLoops
internal import SchemaModel

/// Argon2id hashes of passwords as PHC strings (`$argon2id$v=19$m=65536,t=3,p=4$…$…`), and the check of a password against one.
///
/// - Source: RFC 9106; the default cost is that of Directus (system.md, 3.1), so hashes go both ways.
/// - Cost: at the default 64 MiB and some 100 ms of CPU for each, on threads that give way to the loops, a few at a time (`HashingGate`).
/// - Limits: passwords of at most `maximumPasswordBytes`; a stored hash that asks for more than `Cost.maximum` is never satisfied.
package struct PasswordHasher: Sendable {
    /// What one hash costs.
    package struct Cost: Sendable, Equatable {
        /// In KiB.
        package var memory: UInt32
        package var passes: UInt32
        package var lanes: UInt32

        package init(memory: UInt32, passes: UInt32, lanes: UInt32) {
            self.memory = memory
            self.passes = passes
            self.lanes = lanes
        }

        package static let standard = Cost(memory: 65_536, passes: 3, lanes: 4)
        /// What is accepted in a stored hash.
        static let maximum = Cost(memory: 1_048_576, passes: 64, lanes: 64)
    }

    package enum Fault: Error, Sendable, Equatable {
        /// Longer than `maximumPasswordBytes`.
        case passwordTooLong
        /// libargon2's own number: no memory, no threads.
        case failed(code: Int32)
        /// Not called from a loop.
        case noLoop
    }

    package static let maximumPasswordBytes = 4096
    private static let hashBytes = 32
    private static let saltBytes = 16

    private let cost: Cost

    package init(cost: Cost = .standard) { self.cost = cost }

    /// Hashes on the pool of the loop that the caller runs on.
    /// - Throws: `INVALID_PAYLOAD` for a password that is too long (attack A10); `Fault`; what `HashingGate` throws.
    package func hash(_ password: String) async throws -> String {
        guard let loop = EventLoop.current else { throw Fault.noLoop }
        guard password.utf8.count <= PasswordHasher.maximumPasswordBytes else {
            throw WireError.invalidPayload("A text to be hashed may have at most \(PasswordHasher.maximumPasswordBytes) bytes")
        }
        let hasher = self
        return try await HashingGate.setting.withTurn { try await loop.runInBackground { try hasher.hashNow(password) } }
    }

    /// Whether the password belongs to the hash; false also for what is no Argon2 hash. On the pool of the caller's loop.
    /// - Throws: `Fault`; what `HashingGate` throws.
    package func verify(_ password: String, against hash: String) async throws -> Bool {
        try await HashingGate.checking.withTurn { try await verifyInTurn(password, against: hash) }
    }

    /// For who has passed the gate already.
    func verifyInTurn(_ password: String, against hash: String) async throws -> Bool {
        guard let loop = EventLoop.current else { throw Fault.noLoop }
        return try await loop.runInBackground { try PasswordHasher.verifyNow(password, against: hash) }
    }

    /// A hash that belongs to no password (nobody can find one), as costly to check as any that is made here.
    package var impossibleHash: String {
        "$argon2id$v=19$m=\(cost.memory),t=\(cost.passes),p=\(cost.lanes)$a2VyZWdlLW5vYm9keS1sbw$"
            + String(repeating: "A", count: (PasswordHasher.hashBytes * 4 + 2) / 3)
    }

    /// Blocks the thread: for the pool, and for starting up.
    package func hashNow(_ password: String) throws(Fault) -> String {
        let bytes = Array(password.utf8)
        guard bytes.count <= PasswordHasher.maximumPasswordBytes else { throw .passwordTooLong }
        let salt = RandomBytes.generate(PasswordHasher.saltBytes)
        let length = argon2_encodedlen(
            cost.passes, cost.memory, cost.lanes, UInt32(salt.count), UInt32(PasswordHasher.hashBytes), Argon2_id)
        var text = [CChar](repeating: 0, count: Int(length) + 1)
        let code = argon2id_hash_encoded(
            cost.passes, cost.memory, cost.lanes, bytes, bytes.count, salt, salt.count, PasswordHasher.hashBytes, &text, text.count)
        guard code == ARGON2_OK.rawValue else { throw .failed(code: code) }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func verifyNow(_ password: String, against hash: String) throws(Fault) -> Bool {
        let bytes = Array(password.utf8)
        guard bytes.count <= maximumPasswordBytes, let type = acceptable(hash) else { return false }
        let code = argon2_verify(hash, bytes, bytes.count, type)
        switch code {
        case ARGON2_OK.rawValue: return true
        case ARGON2_MEMORY_ALLOCATION_ERROR.rawValue, ARGON2_THREAD_FAIL.rawValue: throw .failed(code: code)
        default: return false
        }
    }

    /// The kind of a hash that may be checked: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, within the bounds.
    private static func acceptable(_ hash: String) -> argon2_type? {
        let parts = hash.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[0].isEmpty, hash.utf8.count <= 512 else { return nil }
        let numbers = (parts.first { $0.hasPrefix("m=") } ?? "").split(separator: ",").compactMap { UInt32($0.dropFirst(2)) }
        guard numbers.count == 3, numbers[0] <= Cost.maximum.memory, numbers[1] <= Cost.maximum.passes, numbers[2] <= Cost.maximum.lanes else {
            return nil
        }
        switch parts[1] {
        case "argon2id": return Argon2_id
        case "argon2i": return Argon2_i
        case "argon2d": return Argon2_d
        default: return nil
        }
    }
}

import Identity
import TestSupport
import Testing

@Suite struct PasswordHasherTests {
    private static let quick = PasswordHasher(cost: .init(memory: 64, passes: 1, lanes: 1))

    @Test func `hashes as Directus does and knows its own hashes`() async throws {
        try await onLoop { _ in
            let hasher = PasswordHasher()
            let hash = try await hasher.hash("d1r3ctu5")
            #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=3,p=4$"))
            let parts = hash.split(separator: "$")
            // 16 bytes of salt and 32 of hash in base64 without padding.
            #expect(parts[3].count == 22 && parts[4].count == 43)
            #expect(try await hasher.verify("d1r3ctu5", against: hash) == true)
            #expect(try await hasher.verify("d1r3ctu6", against: hash) == false)
            #expect(try await hasher.hash("d1r3ctu5") != hash)
        }
    }

    // Made with the reference implementation's command: `echo -n password | argon2 somesalt -id -t 2 -m 8 -p 1 -e`, and its test vectors.
    @Test(arguments: [
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
    ])
    func `accepts hashes made elsewhere`(_ hash: String) async throws {
        try await onLoop { _ in
            let (right, wrong) = (try await Self.quick.verify("password", against: hash), try await Self.quick.verify("passwort", against: hash))
            #expect(right && !wrong)
        }
    }

    @Test(arguments: [
        "", "password", "$argon2id$", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$", "$2b$10$abcdefghijklmnopqrstuv",
        "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=4000000000,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2x$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    ])
    func `is satisfied by nothing but a hash within bounds`(_ hash: String) async throws {
        let isSatisfied = try await onLoop { _ in try await Self.quick.verify("password", against: hash) }
        #expect(!isSatisfied)
    }

    @Test func `takes every byte of a long password and refuses one that is too long`() async throws {
        try await onLoop { _ in
            let long = String(repeating: "é", count: 2048)
            let hash = try await Self.quick.hash(long)
            #expect(try await Self.quick.verify(long, against: hash) == true)
            #expect(try await Self.quick.verify(String(long.dropLast()), against: hash) == false)
            #expect(throws: PasswordHasher.Fault.passwordTooLong) { try Self.quick.hashNow(long + "x") }
            #expect(try await Self.quick.verify(long + "x", against: hash) == false)
            let nul = try await Self.quick.hash("a\0b")
            #expect(try await Self.quick.verify("a\0c", against: nul) == false)
        }
    }

    @Test func `needs a loop`() async {
        await #expect(throws: PasswordHasher.Fault.noLoop) { try await Self.quick.hash("x") }
    }
}

import Digests
import Testing

struct HashCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let function: HashFunction
    let text: String
    let hex: String

    static let all = [
        HashCase(testDescription: "SHA-1 of nothing", function: .sha1, text: "", hex: "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        HashCase(testDescription: "SHA-1 of abc", function: .sha1, text: "abc", hex: "a9993e364706816aba3e25717850c26c9cd0d89d"),
        HashCase(
            testDescription: "SHA-256 of nothing", function: .sha256, text: "",
            hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        HashCase(
            testDescription: "SHA-256 of abc", function: .sha256, text: "abc",
            hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        HashCase(
            testDescription: "SHA-512 of abc", function: .sha512, text: "abc",
            hex: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
    ]
}

@Suite struct HashTests {
    @Test(arguments: HashCase.all) func `gives the published digest`(_ hash: HashCase) {
        #expect(hash.function.digest(of: hash.text).hex == hash.hex)
        #expect(hash.function.digest(of: [UInt8](hash.text.utf8)).hex == hash.hex)
    }

    @Test(arguments: HashFunction.allCases) func `gives the same digest in pieces and starts anew`(_ function: HashFunction) {
        let bytes = RandomBytes.generate(10_000)
        var hash = IncrementalHash(function)
        for start in stride(from: 0, to: bytes.count, by: 777) {
            hash.update([UInt8](bytes[start..<min(start + 777, bytes.count)]))
        }
        #expect(hash.finish() == function.digest(of: bytes))
        #expect(hash.finish() == function.digest(of: ""))
    }

    // RFC 4231, cases 1 and 2, and a key of no bytes.
    @Test(arguments: [
        ([UInt8](repeating: 0x0b, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        ([UInt8]("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ]) func `authenticates messages`(_ key: [UInt8], _ message: String, _ hex: String) {
        #expect(HMACSHA256.code(for: message, key: key).hex == hex)
        #expect(HMACSHA256.code(for: [UInt8](message.utf8), key: key).hex == hex)
    }

    @Test func `compares without stopping at a difference`() {
        #expect(constantTimeEquals("abc", "abc"))
        #expect(constantTimeEquals([UInt8](), []))
        #expect(!constantTimeEquals("abc", "abd"))
        #expect(!constantTimeEquals("abc", "abcd"))
        #expect(!constantTimeEquals(HashFunction.sha256.digest(of: "a"), HashFunction.sha256.digest(of: "b")))
    }
}

@Suite struct TextFormTests {
    @Test(arguments: [
        ([UInt8](), "", ""), ([0], "00", "AA"), ([0xFF, 0xEF], "ffef", "_-8"), ([0x66, 0x6F, 0x6F], "666f6f", "Zm9v"),
        ([0xFB, 0xFF, 0xBE, 0x01], "fbffbe01", "-_--AQ"),
    ]) func `writes and reads hex and base64url`(_ bytes: [UInt8], _ hex: String, _ base64URL: String) {
        #expect(Hex.encode(bytes) == hex)
        #expect(Hex.decode(hex) == bytes)
        #expect(Hex.decode(hex.uppercased()) == bytes)
        #expect(Base64URL.encode(bytes) == base64URL)
        #expect(Base64URL.decode(base64URL) == bytes)
    }

    @Test func `reads back what it wrote, for every length`() {
        for count in 0..<100 {
            let bytes = RandomBytes.generate(count)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: ["a", "0g", "é0", " 00"]) func `refuses what is no hex`(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }

    // "AB" has stray bits after its one byte: a second spelling of "AA".
    @Test(arguments: ["A", "AB", "AA==", "A+", "A/", "A A", "AAAAA", "é"]) func `refuses every second spelling of base64url`(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}

@Suite struct UUIDTests {
    @Test func `makes random UUIDs of version 4`() throws {
        var seen = Set<String>()
        for _ in 0..<1_000 {
            let text = UUIDText.v4()
            let bytes = try #require(UUIDText.bytes(of: text))
            #expect(bytes[6] >> 4 == 4 && bytes[8] >> 6 == 2)
            #expect(text == text.lowercased())
            seen.insert(text)
        }
        #expect(seen.count == 1_000)
    }

    @Test func `makes the published UUIDs of version 5`() {
        #expect(UUIDText.v5(namespace: UUIDText.dnsNamespace, name: "www.example.com") == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(UUIDText.v5(namespace: UUIDText.dnsNamespace.uppercased(), name: "python.org") == "886313e1-3b8a-5372-9b90-0c9aee199e5d")
        #expect(UUIDText.v5(namespace: "nonsense", name: "x") == nil)
    }

    @Test(arguments: [
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", true), ("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", true),
        ("6ba7b8109dad11d180b400c04fd430c8", false), ("{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", false),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430cg", false), ("6ba7b81-09dad-11d1-80b4-00c04fd430c8", false), ("", false),
    ]) func `tells UUIDs from other text`(_ text: String, _ valid: Bool) {
        #expect(UUIDText.isValid(text) == valid)
    }
}

@Suite struct AuthenticatedEncryptionTests {
    private let ours = AuthenticatedEncryption(secret: Array("secret".utf8), purpose: "one")

    @Test(arguments: ["", "x", "a key of sixteen", String(repeating: "longer, with ü and 🐪 ", count: 500)]) func `opens what it sealed`(
        _ text: String
    ) throws {
        let sealed = try ours.seal(text)
        #expect(sealed.hasPrefix("aes256gcm:") && (text.count < 2 || !sealed.contains(text)))
        #expect(ours.open(sealed) == text)
        #expect(try ours.seal(text) != sealed)
    }

    @Test func `opens nothing else`() throws {
        let sealed = try ours.seal("text")
        let others = [
            AuthenticatedEncryption(secret: Array("secret".utf8), purpose: "two"),
            AuthenticatedEncryption(secret: Array("Secret".utf8), purpose: "one"),
        ]
        for other in others { #expect(other.open(sealed) == nil) }
        for place in sealed.indices.dropFirst(10) {
            var changed = sealed
            changed.replaceSubrange(place...place, with: sealed[place] == "A" ? "B" : "A")
            #expect(ours.open(changed) == nil)
        }
        for text in ["", "text", "aes256gcm:", "aes256gcm:AAAA", String(sealed.dropLast()), sealed + "A"] { #expect(ours.open(text) == nil) }
    }
}

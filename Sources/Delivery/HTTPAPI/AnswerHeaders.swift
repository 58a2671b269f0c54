import Digests
import HTTPServer
import Items
import JSONText

/// Headers that every answer, or every JSON answer, carries (contract/items.md, section 8).
enum AnswerHeaders {
    static let json = (name: "Content-Type", value: "application/json; charset=utf-8")

    static let always: [(name: String, value: String)] = [
        (name: "X-Powered-By", value: "Directus"),
        (name: "X-Content-Type-Options", value: "nosniff"),
        (
            name: "Content-Security-Policy",
            value:
                "default-src 'self'; base-uri 'self'; font-src 'self' https: data:; form-action 'self'; frame-ancestors 'self'; img-src 'self' data: blob:; object-src 'none'; script-src 'self'; style-src 'self' https: 'unsafe-inline'"
        ),
        (name: "Cross-Origin-Opener-Policy", value: "same-origin-allow-popups"),
    ]

    /// Of answers that nobody on the way may keep.
    static let unkept = (name: "Cache-Control", value: "no-store")

    static let secretSuccess = SharedHeaders(always + [json, unkept, (name: "Vary", value: "Origin, Cache-Control")])

    static let success = SharedHeaders(
        always + [json, (name: "Cache-Control", value: "no-cache"), (name: "Vary", value: "Origin, Cache-Control")])
}

extension RequestContext {
    /// 200 with JSON and a weak ETag; 304 when the client has that already.
    func json(_ body: ByteBuffer) -> HTTPResponse {
        let tag = EntityTag.weak(of: body)
        let headers = [(name: "ETag", value: tag)]
        if request.headers.contains("if-none-match"), request.method == "GET" || request.method == "HEAD",
            let known = request.headers.first("if-none-match"), EntityTag.matches(known, tag)
        {
            return HTTPResponse(status: 304, headers: headers, sharedHeaders: AnswerHeaders.success)
        }
        return HTTPResponse(status: 200, headers: headers, sharedHeaders: AnswerHeaders.success, body: .bytes(body))
    }

    func json(_ value: JSONValue) -> HTTPResponse {
        var writer = ByteWriter(capacity: 512)
        writer.append(value)
        return json(writer.finish())
    }

    /// `{"data":…}`.
    func data(_ value: JSONValue) -> HTTPResponse { json(.object(JSONObject([("data", value)]))) }

    var empty: HTTPResponse { HTTPResponse(status: 204, headers: AnswerHeaders.always) }

    func answer(_ answer: WriteAnswer, collection: String) throws -> HTTPResponse {
        switch answer {
        case .empty: empty
        case .items(let items): try self.answer(items, collection: collection)
        }
    }

    /// - Parameter collection: for the name of a download.
    func answer(_ answer: ReadAnswer, collection: String) throws -> HTTPResponse {
        guard let format = answer.export else { return json(answer.body) }
        let value = try JSONParser.parse(stored: answer.body.bytes)["data"] ?? .null
        return ExportAnswer(format: format, collection: collection, now: now).response(.bytes(ExportText.text(of: value, as: format)))
    }

    /// Without an ETag: the end isn't known when the head is sent.
    func answer(_ pieces: AnswerPieces, collection: String) -> HTTPResponse {
        let body = HTTPResponse.Body.stream(length: nil) { writer in try await pieces.produce { try await writer.write($0) } }
        guard let format = pieces.export else { return HTTPResponse(status: 200, sharedHeaders: AnswerHeaders.success, body: body) }
        return ExportAnswer(format: format, collection: collection, now: now).response(body)
    }
}

/// A weak validator from the bytes: length and, for small answers, the SHA-1 that Directus' framework uses; for large ones a 64-bit mix, many bytes
/// at a time, since hashing them would cost more than writing them did.
enum EntityTag {
    private static let digestLimit = 256

    static func weak(of body: ByteBuffer) -> String {
        if body.count <= digestLimit {
            let digest = body.withUnsafeBytes { HashFunction.sha1.digest(of: $0) }
            return "W/\"\(String(body.count, radix: 16))-\(String(digest.base64URL.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }))\""
        }
        let hash = mixed(body)
        // W/" and the length in up to 16 digits, - and the hash in 16, "
        return String(unsafeUninitializedCapacity: 37) { text in
            var at = 0
            func put(_ byte: UInt8) {
                text[at] = byte
                at += 1
            }
            func putHex(_ value: UInt64, digits: Int) {
                for digit in (0..<digits).reversed() {
                    let nibble = UInt8(truncatingIfNeeded: value &>> UInt64(digit * 4)) & 15
                    put(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
                }
            }
            put(UInt8(ascii: "W"))
            put(UInt8(ascii: "/"))
            put(UInt8(ascii: "\""))
            putHex(UInt64(body.count), digits: (Int.bitWidth - body.count.leadingZeroBitCount + 3) / 4)
            put(UInt8(ascii: "-"))
            putHex(hash, digits: 16)
            put(UInt8(ascii: "\""))
            return at
        }
    }

    /// Whether `If-None-Match` names the tag. Weak comparison: `W/` on either side does not count.
    static func matches(_ header: String, _ tag: String) -> Bool {
        if header == tag { return true }
        let wanted = tag.hasPrefix("W/") ? tag.dropFirst(2) : Substring(tag)
        return header.split(separator: ",").contains { entry in
            let entry = entry.filter { $0 != " " && $0 != "\t" }
            return entry == "*" || (entry.hasPrefix("W/") ? entry.dropFirst(2) : Substring(entry)) == wanted
        }
    }

    /// Four sums side by side, since each step of one has to wait for the step before; a step takes 16 bytes.
    private static func mixed(_ body: ByteBuffer) -> UInt64 {
        body.withUnsafeBytes { bytes in
            let seed: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
            var (a, b, c, d) = (seed, seed &+ 1, seed &+ 2, seed &+ 3)
            var at = 0
            while at + 64 <= bytes.count {
                a = mix(word(bytes, at) ^ secrets.0, word(bytes, at + 8) ^ a)
                b = mix(word(bytes, at + 16) ^ secrets.1, word(bytes, at + 24) ^ b)
                c = mix(word(bytes, at + 32) ^ secrets.2, word(bytes, at + 40) ^ c)
                d = mix(word(bytes, at + 48) ^ secrets.3, word(bytes, at + 56) ^ d)
                at += 64
            }
            var value = mix(mix(a ^ secrets.0, b ^ secrets.1), mix(c ^ secrets.2, d ^ secrets.3))
            while at + 8 <= bytes.count {
                value = mix(word(bytes, at) ^ secrets.1, value ^ secrets.2)
                at += 8
            }
            while at < bytes.count {
                value = mix(UInt64(bytes[at]) ^ secrets.3, value ^ secrets.0)
                at += 1
            }
            return mix(value ^ secrets.1, secrets.2)
        }
    }

    /// Any numbers with about as many ones as zeros.
    private static let secrets: (UInt64, UInt64, UInt64, UInt64) = (
        0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3
    )

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    }

    /// Both halves of the product: a bit of either factor changes bits all over.
    @inline(__always)
    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}

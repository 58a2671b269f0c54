import CZlib
import EventLoops
import Glibc
import JSONText

/// Compresses answers for clients that ask, one loop's worth: the state of the compression (256 KB) is made once and used again.
///
/// Large answers are compressed on the blocking pool. Only on `loop`.
final class Compressor {
    /// Larger ones leave the loop.
    private static let loopLimit = 131_072

    private let settings: HTTPServerConfiguration.Compression
    private let loop: EventLoop
    private var streams: [ContentCoding: DeflateStream] = [:]

    init(_ settings: HTTPServerConfiguration.Compression, loop: EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    /// The response as it is, or with a smaller body. An answer that could be compressed says that it varies, either way.
    func compress(_ response: HTTPResponse, for head: RequestHead) async -> HTTPResponse {
        guard case .bytes(let buffer) = response.body, buffer.count >= settings.minimumBytes, Self.isCompressible(response) else {
            return response
        }
        var response = response
        Self.addVary(&response)
        guard let accepted = head.parsed.acceptEncoding, let coding = ContentCoding.best(for: head.bytes(accepted)) else { return response }
        let smaller: ByteBuffer?
        if buffer.count <= Self.loopLimit {
            smaller = stream(coding)?.compress(buffer)
        } else {
            let level = settings.level
            smaller = try? await loop.runBlocking { DeflateStream(coding, level: level)?.compress(buffer) }
        }
        guard let smaller, smaller.count < buffer.count else { return response }
        response.body = .bytes(smaller)
        response.headers.append((name: "Content-Encoding", value: coding.name))
        Self.weakenTag(&response)
        return response
    }

    private func stream(_ coding: ContentCoding) -> DeflateStream? {
        if let stream = streams[coding] { return stream }
        let stream = DeflateStream(coding, level: settings.level)
        streams[coding] = stream
        return stream
    }

    private static func isCompressible(_ response: HTTPResponse) -> Bool {
        guard response.status != 206, response.status != 204, response.status != 304 else { return false }
        let shared = response.sharedHeaders?.codingTraits
        let own = CodingTraits(of: response.headers)
        return shared?.isFinal != true && !own.isFinal && own.isText ?? shared?.isText ?? false
    }

    /// A second line beside a shared one adds to it (RFC 9110, section 5.3).
    private static func addVary(_ response: inout HTTPResponse) {
        if response.sharedHeaders?.codingTraits.varies == true { return }
        let index = response.headers.firstIndex { $0.name.lowercased() == "vary" }
        guard let index else { return response.headers.append((name: "Vary", value: "Accept-Encoding")) }
        let value = response.headers[index].value
        if value != "*", !value.lowercased().contains("accept-encoding") { response.headers[index].value = value + ", Accept-Encoding" }
    }

    /// The same tag must not stand for two strings of bytes.
    private static func weakenTag(_ response: inout HTTPResponse) {
        for index in response.headers.indices
        where response.headers[index].name.lowercased() == "etag" && !response.headers[index].value.hasPrefix("W/") {
            response.headers[index].value = "W/" + response.headers[index].value
        }
    }
}

/// What headers say of the coding of their body.
struct CodingTraits {
    /// Of `Content-Type`; nil without one.
    private(set) var isText: Bool?
    /// It has a coding already, or nobody may change it.
    private(set) var isFinal = false
    /// `Vary` names `Accept-Encoding`.
    private(set) var varies = false

    init(of headers: [(name: String, value: String)]) {
        for (name, value) in headers {
            switch name.lowercased() {
            case "content-encoding": isFinal = true
            case "cache-control": if value.contains("no-transform") { isFinal = true }
            case "content-type": isText = Self.isTextType(value.lowercased())
            case "vary": if value == "*" || value.lowercased().contains("accept-encoding") { varies = true }
            default: break
            }
        }
    }

    private static func isTextType(_ type: String) -> Bool {
        let essence = type.prefix { $0 != ";" && $0 != " " }
        if essence.hasPrefix("text/") || essence.hasSuffix("json") || essence.hasSuffix("xml") { return true }
        return ["application/javascript", "application/yaml", "application/graphql", "application/wasm", "image/svg"].contains(String(essence))
    }
}

/// A compression HTTP knows by name.
enum ContentCoding: Sendable {
    case gzip
    case deflate

    var name: String {
        switch self {
        case .gzip: "gzip"
        case .deflate: "deflate"
        }
    }

    /// zlib's window bits: 31 writes gzip's frame, 15 zlib's.
    var windowBits: Int32 {
        switch self {
        case .gzip: 31
        case .deflate: 15
        }
    }

    /// What an `Accept-Encoding` allows: gzip before deflate, never what has `q=0`.
    static func best(for header: UnsafeRawBufferPointer) -> ContentCoding? {
        var deflate = false
        var any = false
        var gzipRefused = false
        for item in header.split(separator: UInt8(ascii: ",")) {
            let parts = item.split(separator: UInt8(ascii: ";"))
            guard let name = parts.first?.filter({ !$0.isBlank }).map(\.lowercased) else { continue }
            let isRefused = parts.dropFirst().contains { isZeroQuality($0.filter { !$0.isBlank }) }
            switch String(decoding: name, as: UTF8.self) {
            case "gzip", "x-gzip":
                if !isRefused { return .gzip }
                gzipRefused = true
            case "deflate": deflate = !isRefused
            case "*": any = !isRefused
            default: break
            }
        }
        if any, !gzipRefused { return .gzip }
        return deflate ? .deflate : nil
    }

    /// `q=0`, `q=0.0` …
    private static func isZeroQuality(_ parameter: [UInt8]) -> Bool {
        guard parameter.count >= 3, parameter[0].lowercased == UInt8(ascii: "q"), parameter[1] == UInt8(ascii: "=") else { return false }
        return parameter.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }
}

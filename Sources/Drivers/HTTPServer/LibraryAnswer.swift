import CLibMicroHTTPD
import Glibc
import JSONText

/// A response in the library's form. Made, filled and queued in one go on the loop.
struct LibraryAnswer {
    private let pointer: OpaquePointer
    private let status: Int
    let isUpgrade: Bool

    /// nil when the library is out of memory.
    init?(_ response: HTTPResponse, writer: HTTPBodyWriter?, for exchange: Exchange) {
        guard let pointer = Self.make(response.body, for: exchange) else { return nil }
        self.pointer = pointer
        if case .upgrade = response.body { isUpgrade = true } else { isUpgrade = false }
        status = (200...999).contains(response.status) || (isUpgrade && response.status == 101) ? response.status : 500
        if let shared = response.sharedHeaders {
            for line in shared.lines { MHD_add_response_header(pointer, line.name, line.value) }
        }
        for (name, value) in response.headers {
            switch HeaderText.check(name: name, value: value) {
            case .fine: add(name, value)
            case .ours: continue
            case .cleaned(let cleaned):
                add(name, cleaned)
                exchange.server.shared.events(.badResponseHeader(name: name, requestID: exchange.requestID))
            case .badName:
                exchange.server.shared.events(.badResponseHeader(name: name, requestID: exchange.requestID))
            }
        }
    }

    func add(_ name: String, _ value: String) {
        if let bytes = LibraryAnswer.latin1(value) {
            bytes.withUnsafeBufferPointer { bytes in _ = MHD_add_response_header(pointer, name, bytes.baseAddress) }
        } else {
            MHD_add_response_header(pointer, name, value)
        }
    }

    /// A value with letters of Latin-1 beyond ASCII, in the coding that clients take headers to have (RFC 9110, section 5.5), with its NUL at the
    /// end; nil for what is ASCII, or has other letters.
    private static func latin1(_ value: String) -> [CChar]? {
        guard !value.utf8.allSatisfy({ $0 < 0x80 }), value.unicodeScalars.allSatisfy({ $0.value <= 0xFF }) else { return nil }
        return value.unicodeScalars.map { CChar(truncatingIfNeeded: $0.value) } + [0]
    }

    /// Gives the answer to the library, which keeps it as long as it needs it.
    func queue(on connection: OpaquePointer) -> Bool {
        defer { MHD_destroy_response(pointer) }
        return MHD_queue_response(connection, UInt32(status), pointer) == .YES
    }

    private static func make(_ body: HTTPResponse.Body, for exchange: Exchange) -> OpaquePointer? {
        switch body {
        case .none: return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        case .bytes(let buffer):
            let owner = Unmanaged.passRetained(buffer).toOpaque()
            // The bytes stay in place for as long as the library holds the reference.
            let base = buffer.withUnsafeBytes { UnsafeMutableRawPointer(mutating: $0.baseAddress) }
            return MHD_create_response_from_buffer_with_free_callback_cls(
                buffer.count, base, { owner in owner.map { Unmanaged<ByteBuffer>.fromOpaque($0).release() } }, owner)
        case .stream(let length, _):
            let owner = Unmanaged.passRetained(exchange).toOpaque()
            return MHD_create_response_from_callback(
                length.map { UInt64($0) } ?? UInt64.max, 32_768, { LibraryAnswer.pull($0, $2, $3) },
                owner, { owner in owner.map { Unmanaged<Exchange>.fromOpaque($0).release() } })
        case .file(let file, let offset, let length):
            return MHD_create_response_from_fd_at_offset64(UInt64(max(length, 0)), file.take(), UInt64(max(offset, 0)))
        case .upgrade(let accept):
            let owner = Unmanaged.passRetained(Acceptance(exchange, accept)).toOpaque()
            return MHD_create_response_for_upgrade({ LibraryAnswer.upgrade($0, $3, $4, $5, $6) }, owner)
        }
    }

    private static func pull(_ owner: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
        guard let owner else { return -2 }
        let exchange = Unmanaged<Exchange>.fromOpaque(owner).takeUnretainedValue()
        switch exchange.pull(into: UnsafeMutableRawBufferPointer(start: buffer, count: size)) {
        case .copied(let count): return count
        case .empty: return 0
        case .finished: return -1  // MHD_CONTENT_READER_END_OF_STREAM
        case .failed: return -2  // MHD_CONTENT_READER_END_WITH_ERROR
        }
    }

    /// What is to be called once the socket is handed over.
    private final class Acceptance {
        let exchange: Exchange
        let accept: (UpgradedConnection) -> Void

        init(_ exchange: Exchange, _ accept: @escaping (UpgradedConnection) -> Void) {
            self.exchange = exchange
            self.accept = accept
        }
    }

    private static func upgrade(
        _ owner: UnsafeMutableRawPointer?, _ early: UnsafePointer<CChar>?, _ earlyCount: Int, _ descriptor: Int32, _ handle: OpaquePointer?
    ) {
        guard let owner, let handle else { return }
        let acceptance = Unmanaged<Acceptance>.fromOpaque(owner).takeRetainedValue()
        acceptance.exchange.upgraded(
            acceptance.accept, UnsafeRawBufferPointer(start: early, count: early == nil ? 0 : earlyCount), descriptor, handle)
    }
}

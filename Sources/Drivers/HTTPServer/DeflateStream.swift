import CZlib
import Glibc
import JSONText

/// A zlib compressor that is used again and again. Used by one thread at a time.
final class DeflateStream {
    private let stream: UnsafeMutablePointer<z_stream>

    /// nil when memory is short.
    init?(_ coding: ContentCoding, level: Int32) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard kerege_deflate_init(stream, level, coding.windowBits) == Z_OK else { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// All of `input`, compressed; nil when it fails or memory is short.
    func compress(_ input: ByteBuffer) -> ByteBuffer? {
        guard deflateReset(stream) == Z_OK else { return nil }
        let capacity = Int(deflateBound(stream, UInt(input.count)))
        guard input.count <= Int(UInt32.max), capacity <= Int(UInt32.max), let memory = malloc(capacity) else { return nil }
        let result = input.withUnsafeBytes { bytes in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(bytes.count)
            stream.pointee.next_out = memory.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(capacity)
            return deflate(stream, Z_FINISH)
        }
        guard result == Z_STREAM_END else {
            free(memory)
            return nil
        }
        let count = capacity - Int(stream.pointee.avail_out)
        // The bound is for the worst case: give back what is not needed.
        return ByteBuffer(taking: realloc(memory, max(count, 1)) ?? memory, count: count)
    }
}

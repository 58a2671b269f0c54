import EventLoops
import Glibc

/// A connection that was closed with the client's bytes still coming in: they are read and thrown away for a moment, so that the client gets
/// to read the answer. Only on its loop.
final class LingeringClose {
    /// At once, on one loop.
    static let limit = 256
    private static let duration = Duration.seconds(2)
    private static let byteLimit = 16 << 20

    private let descriptor: Int32
    private unowned let server: LoopServer
    private var watcher: DescriptorWatcher?
    private var timer: LoopTimer?
    private var bytes = 0

    /// Lingers on a copy of `descriptor`, whose writing side has been shut down.
    static func start(_ descriptor: Int32, on server: LoopServer) {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return }
        let linger = LingeringClose(copy, server)
        server.lingering[ObjectIdentifier(linger)] = linger
        linger.watcher = try? server.loop.watch(descriptor: copy, for: .readable) { [unowned linger] _ in linger.read() }
        linger.timer = server.loop.schedule(after: duration) { [unowned linger] in linger.end() }
        if linger.watcher == nil { linger.end() }
    }

    private init(_ descriptor: Int32, _ server: LoopServer) {
        self.descriptor = descriptor
        self.server = server
    }

    private func read() {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            bytes += max(count, 0)
            if count == 0 || (count < 0 && errno != EAGAIN) || bytes > Self.byteLimit { end() }
        }
    }

    func end() {
        guard server.lingering.removeValue(forKey: ObjectIdentifier(self)) != nil else { return }
        watcher?.stop()
        timer?.cancel()
        close(descriptor)
    }
}

import EventLoops
import Glibc

/// Tells when something below a folder changes: inotify, with a short calm so that a save of several files is one change. Used on its loop only.
final class FolderWatcher {
    private let loop: EventLoop
    private let folder: String
    private let changed: () -> Void
    private let descriptor: Int32
    private var watcher: DescriptorWatcher?
    private var calm: LoopTimer?

    /// - Throws: `FileProblem` when the system refuses.
    init(_ folder: String, on loop: EventLoop, changed: @escaping () -> Void) throws {
        self.loop = loop
        self.folder = folder
        self.changed = changed
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw FileProblem(path: folder, code: errno) }
        addWatches(folder)
        watcher = try loop.watch(descriptor: descriptor, for: .readable) { [weak self] _ in self?.drain() }
    }

    private func addWatches(_ folder: String) {
        let mask = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE)
        inotify_add_watch(descriptor, folder, mask)
        for name in FileText.names(in: folder) ?? [] where !name.hasPrefix(".") && FileText.isFolder("\(folder)/\(name)") {
            addWatches("\(folder)/\(name)")
        }
    }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while read(descriptor, &buffer, buffer.count) > 0 {}
        calm?.cancel()
        calm = loop.schedule(after: .milliseconds(80)) { [weak self] in
            guard let self else { return }
            addWatches(folder)
            changed()
        }
    }

    func stop() {
        calm?.cancel()
        watcher?.stop()
        close(descriptor)
    }
}

import EventLoops
import Glibc
import MigrationPlanning
import Postgres

/// The plan as a file of the project: written after the commit, so a folder that can't be written is a warning and no more.
extension MigrationWork {
    func writeRecord(_ plan: MigrationPlan, generation: Int, appliedAt: String) async {
        guard let folder = options.recordsFolder else { return }
        let stamp = String(appliedAt.filter { $0.isNumber || $0 == "T" })
        let path = "\(folder)/\(stamp)_\(plan.slug)_\(plan.hash.prefix(8)).sql"
        let text = plan.record(generation: generation, appliedAt: appliedAt)
        do {
            try await runner.client.loop.runBlocking { try RecordFile.write(text, to: path, in: folder) }
        } catch {
            emit(.recordNotWritten(path: path, reason: "\(error)"))
        }
    }
}

/// A small file, whole or not at all.
enum RecordFile {
    struct Failure: Error, CustomStringConvertible {
        let operation: String
        let code: Int32
        var description: String { "\(operation): \(String(cString: strerror(code)))" }
    }

    static func write(_ text: String, to path: String, in folder: String) throws {
        if mkdir(folder, 0o755) != 0, errno != EEXIST { throw Failure(operation: "mkdir", code: errno) }
        let draft = "\(path).\(getpid()).tmp"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(operation: "open", code: errno) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                let code = errno
                close(descriptor)
                unlink(draft)
                throw Failure(operation: "write", code: code)
            }
            rest = rest.dropFirst(count)
        }
        close(descriptor)
        guard rename(draft, path) == 0 else { throw Failure(operation: "rename", code: errno) }
    }
}

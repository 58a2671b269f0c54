import Glibc
import TestSupport
import Testing

/// The program under test.
enum Program {
    /// Beside the test program, where SwiftPM puts it.
    static let path: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/kerege"
    }()
}

/// A folder with an empty `Schemas`, removed afterwards.
func withProgramFolder(_ body: (String) async throws -> Void) async throws {
    var name = Array("/tmp/kerege-serve-XXXXXX".utf8CString)
    try #require(mkdtemp(&name) != nil)
    let root = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? Subprocess.run(["rm", "-rf", root]) }
    try Subprocess.run(["mkdir", "\(root)/Schemas"])
    try await body(root)
}

import Glibc

/// Lends a folder of its own, removed afterwards with all that is in it.
package func withTemporaryFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    var template = Array("/tmp/kerege-test-XXXXXX".utf8CString)
    guard let root = mkdtemp(&template).map({ String(cString: $0) }) else { throw NoFolder(code: errno) }
    defer { try? Subprocess.run(["rm", "-rf", "--", root]) }
    return try await body(root)
}

private struct NoFolder: Error {
    let code: Int32
}

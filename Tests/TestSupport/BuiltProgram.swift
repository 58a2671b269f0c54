import Glibc

/// The `kerege` of this build.
package enum BuiltProgram {
    /// Beside the test program, where SwiftPM puts it.
    package static let path: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/kerege"
    }()
}

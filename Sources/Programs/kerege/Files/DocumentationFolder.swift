import Glibc

/// Where the files of `/docs` lie unless `DOCS_ASSETS` says otherwise: in the build's own folder for a program that was built there
/// (`….build/docs`, which `make docs-assets` fills), else in `../share/kerege/docs` beside the program's.
enum DocumentationFolder {
    static var standard: String { beside(program) }

    static func beside(_ program: String) -> String {
        let parts = program.split(separator: "/", omittingEmptySubsequences: false)
        if let build = parts.lastIndex(of: ".build") { return parts[...build].joined(separator: "/") + "/docs" }
        let folder = parts.dropLast(2).joined(separator: "/")
        return "\(folder)/share/kerege/docs"
    }

    /// The program's own path; `/usr/local/bin/kerege` where the system doesn't tell.
    private static var program: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = readlink("/proc/self/exe", &path, Int(PATH_MAX))
        guard length > 0 else { return "/usr/local/bin/kerege" }
        return String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

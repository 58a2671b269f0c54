import Glibc
import HTTPServer

/// The files of Swagger UI in the folder that `make docs-assets` fills; beside each text there may be the same compressed, `.gz`.
///
/// - Calls block: on the loop's pool only.
/// - Only the names of `Name` are ever opened. What is missing, a symbolic link or no regular file is not there.
struct DocumentationFiles: Sendable {
    enum Name: String, CaseIterable, Sendable {
        case style = "swagger-ui.css"
        case script = "swagger-ui-bundle.js"
        case icon = "favicon-32x32.png"

        var type: String {
            switch self {
            case .style: "text/css; charset=utf-8"
            case .script: "text/javascript; charset=utf-8"
            case .icon: "image/png"
            }
        }

        var isText: Bool {
            switch self {
            case .style, .script: true
            case .icon: false
            }
        }
    }

    struct Opened: Sendable {
        let file: OpenFile
        /// Bytes.
        let size: Int
        let tag: String
        let isGzip: Bool
    }

    /// nil or empty = there are none.
    let folder: String?

    /// Whether there is all that the page needs.
    var areComplete: Bool { Name.allCases.allSatisfy { open($0, acceptsGzip: false) != nil } }

    func open(_ name: Name, acceptsGzip: Bool) -> Opened? {
        if name.isText, acceptsGzip, let compressed = open("\(name.rawValue).gz", isGzip: true) { return compressed }
        return open(name.rawValue, isGzip: false)
    }

    private func open(_ name: String, isGzip: Bool) -> Opened? {
        guard let folder, !folder.isEmpty else { return nil }
        // A pipe would block without O_NONBLOCK.
        let descriptor = Glibc.open("\(folder)/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = OpenFile(descriptor: descriptor)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let size = Int(status.st_size)
        let tag = "\"\(String(size, radix: 16))-\(String(Int(status.st_mtim.tv_sec), radix: 16))\(isGzip ? "-gzip" : "")\""
        return Opened(file: file, size: size, tag: tag, isGzip: isGzip)
    }
}

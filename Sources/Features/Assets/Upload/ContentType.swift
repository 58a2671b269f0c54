/// Content types of uploads.
package enum ContentType {
    /// Lower case, without parameters; of a part that names none, or nonsense, `application/octet-stream`.
    package static func normalised(_ type: String?) -> String {
        guard let type else { return fallback }
        let bare = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        let halves = bare.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isToken) }), bare.utf8.count <= 200 else { return fallback }
        return bare
    }

    package static let fallback = "application/octet-stream"

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Whether `type` fits one of the patterns (`image/*`, `text/plain`, `*/*`): `*` stands for any text but `/`.
    package static func isAllowed(_ type: String, by patterns: [String]) -> Bool {
        let type = type.split(separator: "/", omittingEmptySubsequences: false)
        return patterns.contains { pattern in
            let pattern = pattern.lowercased().split(separator: "/", omittingEmptySubsequences: false)
            return pattern.count == type.count && zip(pattern, type).allSatisfy { fits(Array($1.utf8)[...], Array($0.utf8)[...]) }
        }
    }

    /// Greedy with one point of return: linear for one star, at worst the product of the lengths, both of which are short.
    private static func fits(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        var text = text
        var pattern = pattern
        var back: (text: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                back = (text, pattern)
            } else if let expected = pattern.first, expected == text.first {
                text = text.dropFirst()
                pattern = pattern.dropFirst()
            } else if text.isEmpty, pattern.isEmpty {
                return true
            } else if let point = back, !point.text.isEmpty {
                back = (point.text.dropFirst(), point.pattern)
                text = point.text.dropFirst()
                pattern = point.pattern
            } else {
                return false
            }
        }
    }

    /// The usual extension of a type with its dot; empty for one that has none.
    package static func suffix(of type: String) -> String { suffixes[type] ?? "" }

    private static let suffixes: [String: String] = [
        "application/epub+zip": ".epub", "application/gzip": ".gz", "application/javascript": ".js", "application/json": ".json",
        "application/ld+json": ".jsonld", "application/msword": ".doc", "application/pdf": ".pdf", "application/rtf": ".rtf",
        "application/sql": ".sql", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
        "application/vnd.oasis.opendocument.presentation": ".odp", "application/vnd.oasis.opendocument.spreadsheet": ".ods",
        "application/vnd.oasis.opendocument.text": ".odt",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx", "application/wasm": ".wasm",
        "application/x-7z-compressed": ".7z", "application/x-bzip2": ".bz2", "application/x-tar": ".tar", "application/xml": ".xml",
        "application/yaml": ".yaml", "application/zip": ".zip", "audio/aac": ".aac", "audio/flac": ".flac", "audio/midi": ".mid",
        "audio/mp4": ".m4a", "audio/mpeg": ".mp3", "audio/ogg": ".oga", "audio/wav": ".wav", "audio/webm": ".weba", "font/otf": ".otf",
        "font/ttf": ".ttf", "font/woff": ".woff", "font/woff2": ".woff2", "image/apng": ".apng", "image/avif": ".avif", "image/bmp": ".bmp",
        "image/gif": ".gif", "image/heic": ".heic", "image/jpeg": ".jpeg", "image/png": ".png", "image/svg+xml": ".svg", "image/tiff": ".tiff",
        "image/vnd.microsoft.icon": ".ico", "image/webp": ".webp", "image/x-icon": ".ico", "model/gltf+json": ".gltf",
        "model/gltf-binary": ".glb", "text/calendar": ".ics", "text/css": ".css", "text/csv": ".csv", "text/html": ".html",
        "text/javascript": ".js", "text/markdown": ".md", "text/plain": ".txt", "text/vcard": ".vcf", "text/xml": ".xml", "text/yaml": ".yaml",
        "video/mp4": ".mp4", "video/mpeg": ".mpeg", "video/ogg": ".ogv", "video/quicktime": ".mov", "video/webm": ".webm",
        "video/x-matroska": ".mkv", "video/x-msvideo": ".avi",
    ]
}

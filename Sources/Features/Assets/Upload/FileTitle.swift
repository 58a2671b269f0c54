/// A title for people from a file's name: `first-note of mine.txt` -> "First Note of Mine" (contract/system.md, 6.2.4).
package enum FileTitle {
    package static func title(of filename: String) -> String {
        let words = separated(stem(of: filename))
        return words.enumerated().map { index, word in
            if let known = acronyms[word] { return known }
            return index > 0 && small.contains(word) ? word : capitalised(word)
        }.joined(separator: " ")
    }

    /// Without path and extension; a name that begins with its only dot has none.
    package static func stem(of filename: String) -> String {
        let name = baseName(of: filename)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// What stands after the last slash or backslash.
    package static func baseName(of filename: String) -> String {
        let scalars = filename.unicodeScalars
        guard let cut = scalars.lastIndex(where: { $0 == "/" || $0 == "\\" }) else { return filename }
        return String(scalars[scalars.index(after: cut)...])
    }

    /// Words in lower case: cut at blanks, hyphens and underscores, before a capital that follows a small letter or a digit, and before the
    /// last capital of a row that a small letter follows.
    private static func separated(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            if character == " " || character == "-" || character == "_" || character.isWhitespace {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            if character.isUppercase, index > 0, !word.isEmpty {
                let before = characters[index - 1]
                let next = index + 1 < characters.count ? characters[index + 1] : nil
                if before.isLowercase || before.isNumber || (before.isUppercase && next?.isLowercase == true) {
                    words.append(word)
                    word = ""
                }
            }
            word += character.lowercased()
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func capitalised(_ word: String) -> String {
        guard let first = word.first else { return word }
        return first.uppercased() + word.dropFirst()
    }

    private static let small: Set<String> = [
        "a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "nor", "of", "on", "onto", "or", "per", "so", "than", "the",
        "to", "up", "upon", "via", "vs", "with", "yet",
    ]

    private static let acronyms: [String: String] = Dictionary(
        uniqueKeysWithValues: [
            "2D", "3D", "4K", "5K", "API", "CDN", "CEO", "CFO", "CLI", "CMS", "CRM", "CSS", "CSV", "CTA", "CTO", "DNS", "DOM", "DVD", "EU", "FAQ",
            "FTP", "GB", "GDPR", "GPS", "GUI", "HD", "HDMI", "HR", "HTML", "HTTP", "HTTPS", "ID", "IP", "ISO", "JPEG", "JPG", "JSON", "KB",
            "KPI", "LAN", "LED", "LLC", "MB", "MCP", "MIT", "NDA", "OS", "PC", "PDF", "PHP", "PNG", "QA", "QR", "RAM", "REST", "RSS", "SDK",
            "SEO", "SLA", "SMS", "SQL", "SSH", "SSL", "SSO", "SVG", "TB", "TCP", "TLS", "TV", "UI", "UK", "URI", "URL", "USA", "USB", "UTC", "UX",
            "VAT", "VIP", "VPN", "WAN", "WYSIWYG", "XML", "YAML",
        ].map { ($0.lowercased(), $0) })
}

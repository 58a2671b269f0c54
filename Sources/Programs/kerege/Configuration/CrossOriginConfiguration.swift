import HTTPAPI

/// `CORS_*`: which pages of other origins may use the API (contract/system.md, section 19).
enum CrossOriginConfiguration {
    private enum Flag: String, CaseIterable {
        case `true`, `false`
    }

    /// - Returns: nil where nothing is allowed, and nothing said of it.
    static func read(_ reader: inout EnvironmentReader) -> CrossOriginPolicy? {
        let isEnabled = reader.choice("CORS_ENABLED", default: Flag.false) == .true
        let origins = origins(&reader)
        var policy = CrossOriginPolicy(origins: origins ?? .listed([]))
        policy.methods = names("CORS_METHODS", default: policy.methods, &reader)
        policy.allowedHeaders = names("CORS_ALLOWED_HEADERS", default: policy.allowedHeaders, &reader)
        policy.exposedHeaders = names("CORS_EXPOSED_HEADERS", default: policy.exposedHeaders, &reader)
        policy.allowsCredentials = reader.choice("CORS_CREDENTIALS", default: Flag.true) == .true
        policy.maximumAge = reader.integer("CORS_MAX_AGE", default: policy.maximumAge, in: 0...31_536_000)
        return isEnabled && origins != nil ? policy : nil
    }

    /// - Returns: nil = `false`.
    private static func origins(_ reader: inout EnvironmentReader) -> CrossOriginPolicy.Origins? {
        let text = reader.text("CORS_ORIGIN", default: "false") ?? "false"
        switch text {
        case "false": return nil
        case "true": return .reflected
        case "*": return .fixed("*")
        default: break
        }
        // Browsers write them in small letters.
        let origins = list(text).map { $0.lowercased() }
        if origins.isEmpty || !origins.allSatisfy(isOrigin) {
            reader.report("CORS_ORIGIN=\(text) has to be true, false, *, or origins such as https://app.example.com, without a path")
        }
        return origins.count == 1 ? .fixed(origins[0]) : .listed(Set(origins))
    }

    /// `scheme://host` or `scheme://host:port`. Not `null`: that is the origin of any sandboxed page.
    private static func isOrigin(_ text: String) -> Bool {
        let halves = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else { return false }
        return (halves[0] + halves[1]).utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "-.:[]+_".utf8.contains(byte)
        }
    }

    private static func names(_ name: String, default standard: [String], _ reader: inout EnvironmentReader) -> [String] {
        let text = reader.text(name, default: standard.joined(separator: ",")) ?? ""
        let names = list(text)
        if !names.allSatisfy({ $0.utf8.allSatisfy(isTokenByte) }) { reader.report("\(name)=\(text) has to be names with commas between them") }
        return names
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }
}

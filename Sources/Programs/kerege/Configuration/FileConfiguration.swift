import Assets

/// Where uploads lie and what is allowed of them (contract/system.md, section 19).
struct FileConfiguration {
    /// In the order of `STORAGE_LOCATIONS`, never empty.
    var locations: [(name: String, root: String)] = [("local", "./uploads")]
    var settings = FileSettings()

    static func read(_ reader: inout EnvironmentReader) -> FileConfiguration {
        var out = FileConfiguration()
        let names = list(reader.text("STORAGE_LOCATIONS", default: "local") ?? "local")
        if names.isEmpty { reader.report("STORAGE_LOCATIONS has to name a storage") }
        out.locations = names.isEmpty ? out.locations : names.map { ($0, location($0, &reader)) }
        out.settings.maximumSize = reader.optionalBytes("FILES_MAX_UPLOAD_SIZE")
        out.settings.allowedTypes = list(reader.text("FILES_MIME_TYPE_ALLOW_LIST", default: "*/*") ?? "*/*")
        out.settings.cacheSeconds = cacheSeconds(&reader)
        out.settings.revalidates = reader.choice("ASSETS_CACHE_REVALIDATE", default: Flag.false) == .true
        out.settings.maximumTransforms = reader.integer("ASSETS_TRANSFORM_MAX_OPERATIONS", default: 5, in: 0...1_000)
        return out
    }

    private enum Flag: String, CaseIterable {
        case `true`, `false`
    }

    var storages: FileStorages {
        let storages = locations.map { (name: $0.name, storage: LocalStorage(root: $0.root)) }
        return FileStorages(first: storages[0], others: Array(storages.dropFirst()))
    }

    private static func location(_ name: String, _ reader: inout EnvironmentReader) -> String {
        let prefix = "STORAGE_\(name.uppercased())"
        let driver = reader.text("\(prefix)_DRIVER", default: "local") ?? "local"
        if driver != "local" { reader.report("\(prefix)_DRIVER=\(driver) is not supported: only local is") }
        return reader.text("\(prefix)_ROOT", default: "./uploads") ?? "./uploads"
    }

    /// `30d`, `12h`, `10m`, `90s`, or milliseconds.
    private static func cacheSeconds(_ reader: inout EnvironmentReader) -> Int {
        let text = reader.text("ASSETS_CACHE_TTL", default: "30d") ?? "30d"
        let units: [(suffix: String, milliseconds: Int)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1)]
        for unit in units where text.hasSuffix(unit.suffix) {
            if let number = Int(text.dropLast(unit.suffix.count)), (0...1_000_000_000_000 / unit.milliseconds).contains(number) {
                return number * unit.milliseconds / 1_000
            }
        }
        reader.report("ASSETS_CACHE_TTL=\(text) has to be a span such as 30d, 12h, 10m or 90s")
        return 2_592_000
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }
}

import JSONText
package import SchemaModel

/// `storage_asset_transform` and the keys of `storage_asset_presets`.
package struct TransformPolicy: Sendable {
    package enum Mode: String, Sendable {
        case all, presets, none
    }

    package var mode: Mode
    package var presets: Set<String>

    package init(mode: Mode, presets: Set<String>) {
        self.mode = mode
        self.presets = presets
    }

    init(settings: JSONValue) {
        mode = settings["storage_asset_transform"]?.string.flatMap { Mode(rawValue: $0) } ?? .all
        presets = Set((settings["storage_asset_presets"]?.array ?? []).compactMap { $0["key"]?.string })
    }

    package static let systemKeys: Set<String> = [
        "system-small-cover", "system-medium-cover", "system-large-cover", "system-small-contain", "system-medium-contain",
        "system-large-contain",
    ]
}

/// The transformation that an asset's address asks for, checked (contract/system.md, 7.1).
package struct AssetParameters: Sendable, Equatable {
    package static let names: Set<String> = [
        "key", "width", "height", "fit", "quality", "withoutEnlargement", "format", "focal_point_x", "focal_point_y", "transforms",
    ]

    /// Some parameter was there, even an empty one: ranges don't count then.
    package let isPresent: Bool
    /// The image would be changed.
    package let changesImage: Bool

    /// - Parameter query: names and values, decoded; the last of a name counts.
    /// - Throws: `INVALID_QUERY`.
    package init(_ query: [(name: String, value: String)], policy: TransformPolicy, maximumTransforms: Int) throws(WireError) {
        var values: [String: String] = [:]
        for (name, value) in query where AssetParameters.names.contains(name) { values[name] = value }
        isPresent = !values.isEmpty
        if values.isEmpty {
            changesImage = false
            return
        }
        try AssetParameters.check(values, mode: policy)
        values = values.filter { !$0.value.isEmpty }
        let transforms = try values["transforms"].map { text throws(WireError) in try AssetParameters.transforms(text, maximumTransforms) } ?? 0
        if let key = values["key"], !TransformPolicy.systemKeys.contains(key), !policy.presets.contains(key) {
            throw .invalidQuery("Key \"\(key)\" isn't configured")
        }
        for name in ["width", "height"] {
            if let text = values[name] { try AssetParameters.check(text, of: name, "positive integer") { $0 >= 1 && $0 == $0.rounded() } }
        }
        if let text = values["quality"] {
            try AssetParameters.check(text, of: "quality", "integer between 0 and 100") { (0...100).contains($0) && $0 == $0.rounded() }
        }
        for name in ["focal_point_x", "focal_point_y"] {
            if let text = values[name] { try AssetParameters.check(text, of: name, "number") { $0.isFinite } }
        }
        try AssetParameters.check(values["fit"], of: "fit", among: ["cover", "contain", "inside", "outside"])
        try AssetParameters.check(values["format"], of: "format", among: ["jpg", "png", "webp", "tiff", "avif", "auto"])
        changesImage = transforms > 0 || ["key", "width", "height", "quality", "format"].contains { values[$0] != nil }
    }

    private static func check(_ values: [String: String], mode policy: TransformPolicy) throws(WireError) {
        let key = values.count == 1 ? values["key"] : nil
        switch policy.mode {
        case .all: return
        case .presets:
            if let key, TransformPolicy.systemKeys.contains(key) || policy.presets.contains(key) { return }
            throw .invalidQuery("Only configured presets can be used in asset generation")
        case .none:
            if let key, TransformPolicy.systemKeys.contains(key) { return }
            throw .invalidQuery("Dynamic asset generation has been disabled for this project")
        }
    }

    private static func check(_ text: String, of name: String, _ expected: String, _ isFine: (Double) -> Bool) throws(WireError) {
        let number = Double(text)
        if let number, isFine(number) { return }
        let received = number.map { $0.isFinite ? JSONNumber($0).text : "\($0)" } ?? "NaN"
        throw .invalidQuery("Expected \(expected) for \(name) but received \(received) of type number")
    }

    private static func check(_ text: String?, of name: String, among words: Set<String>) throws(WireError) {
        guard let text, !words.contains(text) else { return }
        throw .invalidQuery("Expected valid \(name) for \(name) but received \(text) of type string")
    }

    /// - Returns: how many there are.
    private static func transforms(_ text: String, _ maximum: Int) throws(WireError) -> Int {
        guard case .array(let list)? = try? JSONParser.parse(text) else {
            throw .invalidQuery("\"transforms\" Parameter needs to be a JSON array of allowed transformations")
        }
        guard list.count <= maximum else { throw .invalidQuery("\"transforms\" Parameter is only allowed \(maximum) transformations") }
        for element in list {
            let method: String? =
                switch element {
                case .array(let parts): parts.first?.string
                case .string(let text): String(text.prefix(1))
                case .null, .bool, .number, .object: nil
                }
            guard let method, methods.contains(method) else {
                throw .invalidQuery("\"transforms\" Parameter does not allow \"\(method ?? "undefined")\" as a transformation")
            }
        }
        return list.count
    }

    private static let methods: Set<String> = [
        "toFormat", "jpeg", "png", "tiff", "webp", "avif", "resize", "extend", "extract", "trim", "rotate", "flip", "flop", "sharpen", "median",
        "blur", "flatten", "gamma", "negate", "normalise", "normalize", "clahe", "convolve", "threshold", "linear", "recomb", "modulate", "tint",
        "greyscale", "grayscale", "toColorspace", "toColourspace", "removeAlpha", "ensureAlpha", "extractChannel", "bandbool",
    ]
}

internal import CLibYAML
package import SchemaModel

/// Bounds on what is read; far above any honest definition.
package enum YAMLLimits {
    /// UTF-8 bytes of one file.
    package static let bytes = 16 << 20
    /// Values in one file, counted as often as aliases repeat them.
    package static let nodes = 500_000
    /// Lists and mappings inside one another.
    package static let depth = 64
    /// Mistakes reported of one file before reading stops.
    package static let diagnostics = 100
}

/// YAML text -> node trees with places. Everything wrong in the text is reported, up to the first fault of syntax.
///
/// - Shape: one node a document; a document with a fault of syntax is left out, and so is what stands behind it.
/// - Errors, by code: `yaml-syntax`, `yaml-tab`, `yaml-tag`, `yaml-merge-key`, `duplicate-key`, `yaml-key`, `yaml-alias`, `yaml-number`,
///   `yaml-nul`, `yaml-too-deep`, `yaml-too-large`.
/// - Source: YAML 1.2.2 core schema over libyaml's events; tags, merge keys and recursive aliases are refused.
package enum YAMLReader {
    package static func documents(_ text: String, file: String) -> ([YAMLNode], [Diagnostic]) {
        var text = text
        let start = SourceLocation(file: file, line: 1, column: 1)
        if text.utf8.count > YAMLLimits.bytes {
            let message = "the file has \(text.utf8.count) bytes; \(YAMLLimits.bytes) are allowed"
            return ([], [Diagnostic(code: "yaml-too-large", message: message, at: start)])
        }
        var builder = YAMLBuilder(file: file)
        let fault = text.withUTF8 { read($0, into: &builder) }
        if let fault { builder.report(YAMLFault.diagnostic(fault, text: text, file: file)) }
        return (builder.documents, builder.diagnostics)
    }

    /// Feeds the events to the builder until the end, a fault of syntax, or the builder's refusal.
    private static func read(_ bytes: UnsafeBufferPointer<UInt8>, into builder: inout YAMLBuilder) -> YAMLFault? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { return YAMLFault.outOfMemory }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        var event = yaml_event_t()
        while true {
            guard yaml_parser_parse(parser, &event) == 1 else { return YAMLFault(parser.pointee) }
            let ended = event.type == YAML_STREAM_END_EVENT
            let goesOn = builder.take(event)
            yaml_event_delete(&event)
            if ended || !goesOn { return nil }
        }
    }
}

/// Texts that some reader of YAML (1.1 or 1.2) takes for a number, a date, a boolean or nothing.
enum YAMLAmbiguity {
    static func isNumberOrDate(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == 0x2B || first == 0x2D || first == 0x2E || (0x30...0x39).contains(first) else { return false }
        return text.wholeMatch(of: /[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(:[0-9_]+)*(\.[0-9_]*)?)/) != nil
            || text.wholeMatch(of: /[-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)/) != nil
            || text.wholeMatch(of: /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?([ \t]*(Z|[-+][0-9:]*))?)?/)
                != nil
    }

    /// Words of YAML 1.2's core schema.
    static let core: Set<String> = ["", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "<<", "="]
    /// Words of YAML 1.1, in lower case.
    static let old: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
}

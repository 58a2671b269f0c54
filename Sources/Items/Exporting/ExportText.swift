package import JSONText
package import QueryLanguage

/// A finished answer's `data` as a download's text (contract/items.md, 2.12).
///
/// - Shape: a list of rows, one row, or any other value -> the bytes of the file, without a header of HTTP.
/// - Errors: none; every JSON value has a text in every format. Cost: the whole text stands in memory.
package enum ExportText {
    package static func text(of value: JSONValue, as format: ExportFormat) -> ByteBuffer {
        switch format {
        case .csv: return CSVText.text(of: value, hasMark: false)
        case .csvUTF8: return CSVText.text(of: value, hasMark: true)
        case .json:
            var writer = ByteWriter()
            writer.appendPretty(value, indent: "\t")
            return writer.finish()
        case .xml: return XMLText.text(of: value)
        case .yaml: return ByteBuffer(ExportYAML.text(value))
        }
    }
}

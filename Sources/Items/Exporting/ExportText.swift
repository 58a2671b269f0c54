package import JSONText
package import QueryLanguage

/// A finished answer's `data` as a download's text (contract/items.md, 2.12).
///
/// - Shape: a list of rows, one row, or any other value -> the bytes of the file, without a header of HTTP.
/// - Errors: none; every JSON value has a text in every format. Cost: the whole text stands in memory.
package enum ExportText {
    package static func text(of value: JSONValue, as format: ExportFormat) -> ByteBuffer {
        if case .array(let rows) = value { return text(of: rows, as: format) }
        switch format {
        case .csv, .csvUTF8: return text(of: value == .null ? [] : [value], as: format)
        case .json:
            var writer = ByteWriter()
            writer.appendPretty(value, indent: ExportRows.indent)
            return writer.finish()
        case .xml: return XMLText.text(of: value)
        case .yaml: return ByteBuffer(ExportYAML.text(value))
        }
    }

    private static func text(of rows: [JSONValue], as format: ExportFormat) -> ByteBuffer {
        var columns = CSVColumns()
        if format.isTable { for row in rows { columns.add(row) } }
        var writer = ByteWriter(capacity: 256 + rows.count * 128)
        var export = ExportRows(format: format, columns: columns)
        for row in rows { export.append(row, to: &writer) }
        export.end(&writer)
        return writer.finish()
    }
}

/// A list as the text of a download, row by row.
struct ExportRows {
    static let indent = "\t"

    let format: ExportFormat
    /// Of a table: known before its first row.
    let columns: CSVColumns
    private(set) var isEmpty = true

    init(format: ExportFormat, columns: CSVColumns) {
        self.format = format
        self.columns = columns
    }

    mutating func append(_ row: JSONValue, to writer: inout ByteWriter) {
        begin(&writer)
        switch format {
        case .csv, .csvUTF8: columns.append(row, to: &writer)
        case .json: writer.appendPretty(row, indent: ExportRows.indent, level: 1)
        case .xml: XMLText.append(row: row, to: &writer)
        case .yaml: writer.append(ExportYAML.text([row]))
        }
    }

    /// What stands before a row, and before the first one.
    mutating func begin(_ writer: inout ByteWriter) {
        switch format {
        case .csv, .csvUTF8:
            if columns.names.isEmpty { break }
            if isEmpty {
                if format == .csvUTF8 { writer.append("\u{FEFF}" as StaticString) }
                columns.appendHead(to: &writer)
            }
            writer.append(UInt8(ascii: "\n"))
        case .json: writer.append(isEmpty ? "[\n\t" as StaticString : ",\n\t")
        case .xml: if isEmpty { XMLText.begin(&writer) }
        case .yaml: break
        }
        isEmpty = false
    }

    func end(_ writer: inout ByteWriter) {
        switch format {
        case .csv, .csvUTF8: break
        case .json: writer.append(isEmpty ? "[]" as StaticString : "\n]")
        case .xml: XMLText.end(&writer, isEmpty: isEmpty)
        case .yaml: if isEmpty { writer.append(ExportYAML.text([])) }
        }
    }
}

extension ExportFormat {
    /// Rows with the same columns.
    var isTable: Bool {
        switch self {
        case .csv, .csvUTF8: true
        case .json, .xml, .yaml: false
        }
    }
}

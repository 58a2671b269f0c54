import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// What a revision keeps of a write (contract/items.md, 7.2).
enum RevisionText {
    /// The payload without relations; nil when nothing remains.
    static func created(_ payload: JSONObject, in table: WriteTable) -> String? {
        var out = JSONObject()
        for (name, value) in payload {
            guard let known = table.field(name), known.field.column != nil, known.role == nil else { continue }
            out[name] = shown(value, of: known.field)
        }
        return out.isEmpty ? nil : JSONValue.object(out).text
    }

    /// The written columns.
    static func delta(_ columns: [ColumnValue], _ payload: JSONObject, of collection: Collection) -> String? {
        var out = JSONObject()
        for column in columns { out[column.field.name.text] = payload[column.field.name.text].map { shown($0, of: column.field) } ?? .null }
        return out.isEmpty ? nil : JSONValue.object(out).text
    }

    /// The row after the change, without relations.
    static func snapshot(_ result: PostgresResult, row: Int, in table: WriteTable) -> String {
        var writer = ByteWriter(capacity: 512)
        writer.append(UInt8(ascii: "{"))
        for member in table.snapshot.members {
            if writer.count > 1 { writer.append(UInt8(ascii: ",")) }
            writer.appendJSON(member.field.name.text)
            writer.append(UInt8(ascii: ":"))
            writer.append(cell: member.cell, of: row, in: result, as: member.encoder)
        }
        writer.append(UInt8(ascii: "}"))
        return writer.finish().string
    }

    private static func shown(_ value: JSONValue, of field: Field) -> JSONValue {
        if value.isNull { return .null }
        if field.isConcealed || field.type == .hash { return value == .string("") ? .null : .string("**********") }
        switch field.type {
        case .csv:
            if case .string(let text) = value {
                return .array(text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { .string(String($0)) })
            }
            return value
        case .timestamp:
            return ValueText.text(value).flatMap { Moment(isoText: $0) }.map { .string($0.isoText) } ?? value
        case .dateTime:
            return ValueText.text(value).flatMap { Moment(isoText: $0) }.map { .string(String($0.isoText.prefix(19))) } ?? value
        case .date:
            return ValueText.text(value).flatMap { Moment(isoText: $0) }.map { .string(String($0.isoText.prefix(10))) } ?? value
        case .json:
            if case .string(let text) = value { return (try? JSONParser.parse(text)) ?? value }
            return value
        case .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .time, .uuid, .hash, .binary, .geometry, .alias, .unknown:
            return value
        }
    }
}

import FoundationEssentials
import JSONText
import SchemaCompiler
import SchemaEditor
import SchemaModel
import Testing

/// The snapshots that round trips run over: those of the golden groups, and any file that `KEREGE_SNAPSHOTS` names (colon between paths).
enum Snapshots {
    struct Source: Sendable, CustomTestStringConvertible {
        var name: String
        var path: String
        var testDescription: String { name }

        func text() throws -> String {
            guard let data = FileManager.default.contents(atPath: path) else { throw Missing(path: path) }
            return String(decoding: data, as: UTF8.self)
        }
    }

    struct Missing: Error { var path: String }

    static let all: [Source] = golden + extra

    private static var golden: [Source] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden").path
        let groups = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return groups.sorted().map { Source(name: $0, path: "\(folder)/\($0)/snapshot.yaml") }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }

    private static var extra: [Source] {
        let paths = ProcessInfo.processInfo.environment["KEREGE_SNAPSHOTS"] ?? ""
        return paths.split(separator: ":").map { Source(name: String($0), path: String($0)) }
    }

    /// The value of a snapshot's text.
    static func value(_ text: String) throws -> JSONValue {
        if text.hasPrefix("{") { return try JSONParser.parse(text) }
        let (documents, diagnostics) = YAMLReader.documents(text, file: "snapshot.yaml")
        #expect(diagnostics.isEmpty)
        return try #require(documents.first).json
    }

    /// Every member that differs; an index of the server's own that the expected snapshot does not name stays.
    static func differences(_ expected: JSONValue, _ found: JSONValue) -> [String] {
        let own = DirectusSnapshot.json(of: UserSchema())["systemFields"]?.array ?? []
        var expected = expected.object ?? JSONObject()
        let named = expected["systemFields"]?.array ?? []
        expected["systemFields"] = .array(named + own.filter { !named.contains($0) })
        for key in ["collections", "fields", "relations"] { #expect(expected[key]?.array?.count == found[key]?.array?.count) }
        return SnapshotComparison.differences(.object(expected), found).map(\.description)
    }

    /// Members of `expected` that `found` does not have with the same value; lists are told by collection and field.
    static func missing(_ expected: JSONValue, in found: JSONValue) -> [String] {
        ["collections", "fields", "relations"].flatMap { key in
            (expected[key]?.array ?? []).flatMap { element in
                let twin = found[key]?.array?.first { $0["collection"] == element["collection"] && $0["field"] == element["field"] }
                return missing(element, in: twin ?? .null, at: key)
            }
        }
    }

    private static func missing(_ expected: JSONValue, in found: JSONValue, at path: String) -> [String] {
        guard let members = expected.object, ["meta", "schema", "collections", "fields", "relations"].contains(path) else {
            return expected == found ? [] : ["\(path): \(expected.text) -> \(found.text)"]
        }
        if members.isEmpty { return found.object == nil ? ["\(path) is gone"] : [] }
        return members.flatMap { missing($0.value, in: found[$0.key] ?? .null, at: $0.key) }
    }
}

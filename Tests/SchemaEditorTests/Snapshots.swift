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

    /// Every member that differs, by the names of things; the order of collections, fields and relations has no meaning, and an index of the
    /// server's own that the expected snapshot does not name stays.
    static func differences(_ expected: JSONValue, _ found: JSONValue, builtIn: SchemaSnapshot) -> [String] {
        let own = DirectusSnapshot.json(of: UserSchema(), builtIn: builtIn)["systemFields"]?.array ?? []
        var expected = expected.object ?? JSONObject()
        let named = expected["systemFields"]?.array ?? []
        expected["systemFields"] = .array(named + own.filter { !named.contains($0) })
        return compare(self.named(.object(expected)), self.named(found), at: "")
    }

    private static func named(_ snapshot: JSONValue) -> JSONValue {
        guard var object = snapshot.object else { return snapshot }
        for key in ["collections", "fields", "systemFields", "relations"] {
            let elements = object[key]?.array ?? []
            let members = elements.map { element in
                ((element["collection"]?.string ?? "?") + (element["field"]?.string.map { ".\($0)" } ?? ""), element)
            }
            object[key] = .object(JSONObject(members))
            #expect(object[key]?.object?.count == elements.count)
        }
        return .object(object)
    }

    private static func compare(_ a: JSONValue?, _ b: JSONValue?, at path: String) -> [String] {
        if let a = a?.object, let b = b?.object {
            return Set(a.keys + b.keys).sorted().flatMap { compare(a[$0], b[$0], at: "\(path)/\($0)") }
        }
        return a == b ? [] : ["\(path): \(a?.text ?? "absent") -> \(b?.text ?? "absent")"]
    }
}

import AccessControl
import Items
import JSONText
import QueryEngine
import QueryLanguage
import SchemaModel

/// What is in the database already, read through the engine.
struct RowLookup {
    /// Keys or values asked for in one statement.
    private static let portion = 200

    let reader: ItemReader
    let caller: Caller
    let snapshot: EngineSnapshot
    let now: Moment

    /// Those of the keys that rows have.
    func existing(_ keys: [String], in collection: Collection) async throws -> Set<String> {
        var found = Set<String>()
        for portion in keys.portions(of: RowLookup.portion) {
            let query = ItemQuery(selections: [RowLookup.field(collection.primaryKey)])
            for row in try await rows(.keys(portion.map { .string($0) }), query, collection) {
                if let key = row[collection.primaryKey.text].flatMap({ KeyText.text(of: $0, for: collection) }) { found.insert(key) }
            }
        }
        return found
    }

    /// The keys of rows by their values in some fields. Of several rows with the same values, one.
    /// - Parameter wanted: the values of each row asked for.
    func keys(by fields: [FieldName], _ wanted: [[JSONValue]], in collection: Collection) async throws -> [[JSONValue]: String] {
        guard let first = fields.first else { return [:] }
        var asked = Set<JSONValue>()
        for values in wanted { if let value = values.first, !value.isNull { asked.insert(value) } }
        var found: [[JSONValue]: String] = [:]
        for portion in Array(asked).portions(of: RowLookup.portion) {
            var query = ItemQuery(selections: ([collection.primaryKey] + fields).map { RowLookup.field($0) })
            query.arguments.filter = .key(.field(first.text), .condition(.in, .list(portion.map { .value($0) })))
            query.arguments.limit = -1
            for row in try await rows(.collection, query, collection) {
                guard let key = row[collection.primaryKey.text].flatMap({ KeyText.text(of: $0, for: collection) }) else { continue }
                found[RowLookup.values(of: fields, in: row)] = key
            }
        }
        return found
    }

    /// Whole rows, columns alone.
    func row(_ key: String, of collection: Collection) async throws -> JSONObject? {
        try await rows(.keys([.string(key)]), ItemQuery(selections: RowLookup.columns(of: collection)), collection).first
    }

    /// The row of a singleton; nil when there is none yet.
    func singleton(_ collection: Collection) async throws -> JSONObject? {
        let row = try await rows(.collection, ItemQuery(selections: RowLookup.columns(of: collection)), collection).first
        return row?[collection.primaryKey.text].map { !$0.isNull } == true ? row : nil
    }

    /// Values as they are compared: absent is empty.
    static func values(of fields: [FieldName], in row: JSONObject) -> [JSONValue] { fields.map { row[$0.text] ?? .null } }

    private static func columns(of collection: Collection) -> [Selection] {
        collection.fields.filter { $0.column != nil }.map { field($0.name) }
    }

    private static func field(_ name: FieldName) -> Selection { .field(key: name.text, name: name.text) }

    private func rows(_ target: ReadRequest.Target, _ query: ItemQuery, _ collection: Collection) async throws -> [JSONObject] {
        let answer = try await reader.read(
            ReadRequest(collection: collection.name, target: target, query: .parsed(query)), by: caller, in: snapshot, now: now)
        let data = try JSONParser.parse(answer.body.bytes)["data"] ?? .null
        return data.array?.compactMap(\.object) ?? data.object.map { [$0] } ?? []
    }
}

extension Array {
    fileprivate func portions(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

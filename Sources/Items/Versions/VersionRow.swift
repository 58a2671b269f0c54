import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// A row of `directus_versions`.
struct VersionRow {
    static let collection: CollectionName = "directus_versions"

    let id: String
    let key: String
    let collection: CollectionName
    /// The item's key, as text.
    let item: String
    /// Of the item when the version was made; nil = it never had one.
    let hash: String?
    /// With the marks of those who saved (`VersionDelta`); nil = nothing is saved.
    let delta: JSONObject?

    static func rows(of result: PostgresResult) -> [VersionRow] { (0..<result.rowCount).compactMap { VersionRow(result, row: $0) } }

    private init?(_ result: PostgresResult, row: Int) {
        guard let id = result.string(row, 0), let key = result.string(row, 1), let collection = result.string(row, 2),
            let item = result.string(row, 3)
        else { return nil }
        self.id = id
        self.key = key
        self.collection = CollectionName(collection)
        self.item = item
        hash = result.string(row, 4)
        delta = result.string(row, 5).flatMap { try? JSONParser.parse($0) }?.object
    }
}

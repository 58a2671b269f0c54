import AccessControl
import JSONText
import QueryEngine
import QueryLanguage
import SchemaModel

/// Another row has a value that must be unique. Whether that may be told depends on that row, which can only be looked for after the transaction
/// has been rolled back (attacks B8 and E2).
struct UniqueConflict: Error {
    /// For who can read the row.
    let told: WireError
    let kept: WireError
    let collection: Collection
    let field: String
    /// nil = the payload has none.
    let value: JSONValue?

    /// - Returns: what the caller may be told.
    func error(by caller: Caller, in snapshot: EngineSnapshot, now: Moment, reader: ItemReader) async throws -> WireError {
        guard let value else { return kept }
        var query = ItemQuery(selections: [.field(key: field, name: field)])
        query.arguments.filter = .key(.field(field), .condition(.eq, .value(value)))
        query.arguments.limit = 1
        do {
            let request = ReadRequest(collection: collection.name, target: .collection, query: .parsed(query))
            let found = try await reader.read(request, by: caller, in: snapshot, now: now)
            return found.body.string == #"{"data":[]}"# ? kept : told
        } catch is WireError {
            return kept
        }
    }
}

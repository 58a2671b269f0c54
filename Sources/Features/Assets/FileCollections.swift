import AccessControl
import Items
import JSONText
import QueryEngine
package import SchemaModel

/// The system collections that files live in, and reading them as the server itself.
package enum FileCollections {
    package static let files: CollectionName = "directus_files"
    static let settings: CollectionName = "directus_settings"

    static let server = Caller(principal: .system(reason: "where a file's bytes are, what the project says of files"), access: .full)
}

extension ItemReader {
    /// Reads as the server: for what it needs itself, never for what it answers.
    /// - Returns: the `data` member.
    func readAsServer(
        _ collection: CollectionName, _ target: ReadRequest.Target, query: String, in snapshot: EngineSnapshot, now: Moment
    ) async throws -> JSONValue {
        let answer = try await read(
            ReadRequest(collection: collection, target: target, query: .text(query)), by: FileCollections.server, in: snapshot, now: now)
        return try JSONParser.parse(answer.body.bytes)["data"] ?? .null
    }
}

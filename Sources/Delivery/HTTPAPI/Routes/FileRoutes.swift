import HTTPServer
import Items
import JSONText
import SchemaModel

/// `POST /files`: uploads, or the row of a file (contract/system.md, 6).
enum FileRoutes {
    static let files: CollectionName = "directus_files"

    static func create(_ context: RequestContext) async throws -> HTTPResponse {
        if context.request.headers.first("content-type")?.lowercased().hasPrefix("multipart/") == true {
            throw WireError.invalidPayload("No files were included in the body")
        }
        guard case .object(let payload)? = context.body, payload["type"] != nil else {
            throw WireError.invalidPayload("\"type\" is required")
        }
        let answer = try await context.loop.writer.write(
            WriteRequest(collection: files, operation: .create(payload), query: context.request.query), by: try await context.writingCaller(),
            in: context.snapshot, now: context.now)
        return try context.answer(answer, collection: files.text)
    }
}

import Assets
import HTTPServer
import Items
import JSONText
import OpenAPIGeneration
import SchemaModel

/// `POST /files` and `PATCH /files/:id`: uploads where the body is multipart, else the row of a file (contract/system.md, 6).
enum FileRoutes {
    static func create(_ context: RequestContext) async throws -> HTTPResponse {
        if let upload = try await upload(context) {
            return try context.answer(try await context.loop.uploads.create(upload), collection: FileCollections.files.text)
        }
        guard case .object(let payload)? = context.body, payload["type"] != nil else {
            throw WireError.invalidPayload("\"type\" is required")
        }
        let answer = try await context.loop.writer.write(
            WriteRequest(collection: FileCollections.files, operation: .create(payload), query: context.request.query),
            by: try await context.writingCaller(), in: context.snapshot, now: context.now)
        return try context.answer(answer, collection: FileCollections.files.text)
    }

    static func update(_ context: RequestContext) async throws -> HTTPResponse {
        if let upload = try await upload(context) {
            let answer = try await context.loop.uploads.replace(context.parameters["id"] ?? "", upload)
            return try context.answer(answer, collection: FileCollections.files.text)
        }
        return try await ItemRoutes(context, .system(FileCollections.files)).run(.update)
    }

    /// nil when the body is not multipart.
    private static func upload(_ context: RequestContext) async throws -> UploadRequest? {
        guard let type = context.request.headers.first("content-type"), type.lowercased().hasPrefix("multipart/") else { return nil }
        let body = context.request.body
        return UploadRequest(
            contentType: type, query: context.request.query, caller: try await context.writingCaller(), snapshot: context.snapshot,
            now: context.now, next: { try await next(body) })
    }

    /// A client that hangs up is no failure of ours.
    private static func next(_ body: HTTPRequestBody) async throws -> [UInt8]? {
        do throws(HTTPBodyError) {
            return try await body.next()
        } catch {
            switch error {
            case .aborted: throw WireError.invalidPayload("The body was broken off")
            case .tooLarge: throw WireError(.contentTooLarge, message: "Uploaded content is too large.")
            }
        }
    }
}

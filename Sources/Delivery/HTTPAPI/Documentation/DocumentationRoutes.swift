import Digests
import EventLoops
import HTTPServer
import JSONText
import SchemaModel

/// `/docs`: the document of `/server/specs/oas` for a person, with Swagger UI.
///
/// - Answered before anything looks at credentials: the page holds nothing of the project, and asks for the document itself, as whoever reads it.
/// - Everything comes from here: no other host, no script in the page (the policy in `AnswerHeaders.always` holds).
/// - Errors: `ROUTE_NOT_FOUND` where `OPENAPI_ENABLED` is false, for unknown files, and for those that are not there.
struct DocumentationRoutes {
    let request: HTTPRequest
    let settings: APISettings

    init(_ request: HTTPRequest, _ settings: APISettings) throws(WireError) {
        guard settings.describesAPI else { throw .routeNotFound(request.path) }
        self.request = request
        self.settings = settings
    }

    private var files: DocumentationFiles { DocumentationFiles(folder: settings.documentationFolder) }

    func page() async throws -> HTTPResponse {
        let files = files
        let isComplete = try await request.loop.runBlocking { files.areComplete }
        let text = DocumentationPage.html(isComplete: isComplete, prefix: request.path.hasSuffix("/") ? "" : "docs/")
        return own(text, type: "text/html; charset=utf-8")
    }

    /// - Parameter name: as it came. Only names of the table lead anywhere.
    func file(_ name: String) async throws -> HTTPResponse {
        switch name {
        case DocumentationScript.name: return own(DocumentationScript.text, type: "text/javascript; charset=utf-8")
        case DocumentationStyle.name: return own(DocumentationStyle.text, type: "text/css; charset=utf-8")
        default: break
        }
        let acceptsGzip = request.headers.first("accept-encoding").map { AcceptedCoding.allowsGzip($0) } ?? false
        let files = files
        guard let known = DocumentationFiles.Name(rawValue: name),
            let found = try await request.loop.runBlocking({ files.open(known, acceptsGzip: acceptsGzip) })
        else { throw WireError.routeNotFound(request.path) }
        return answer(known, found)
    }

    private func answer(_ name: DocumentationFiles.Name, _ found: DocumentationFiles.Opened) -> HTTPResponse {
        var headers = headers(type: name.type, tag: found.tag)
        if name.isText { headers.append((name: "Vary", value: "Accept-Encoding")) }
        if isKnown(found.tag) { return HTTPResponse(status: 304, headers: headers) }
        if found.isGzip { headers.append((name: "Content-Encoding", value: "gzip")) }
        return HTTPResponse(status: 200, headers: headers, body: .file(found.file, offset: 0, length: found.size))
    }

    private func own(_ text: String, type: String) -> HTTPResponse {
        let body = ByteBuffer(text)
        let tag = EntityTag.weak(of: body)
        let headers = headers(type: type, tag: tag)
        if isKnown(tag) { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, headers: headers, body: .bytes(body))
    }

    /// Kept by browsers, and asked for again each time: the names stay when the files change.
    private func headers(type: String, tag: String) -> [(name: String, value: String)] {
        AnswerHeaders.always + [
            (name: "Content-Type", value: type), (name: "Cache-Control", value: "no-cache"), (name: "ETag", value: tag),
        ]
    }

    private func isKnown(_ tag: String) -> Bool {
        guard let known = request.headers.first("if-none-match") else { return false }
        return EntityTag.matches(known, tag)
    }
}

/// What `Accept-Encoding` says of gzip.
enum AcceptedCoding {
    /// Names in any case; `q=0` means no; what the header doesn't name is not taken for accepted.
    static func allowsGzip(_ header: String) -> Bool {
        header.lowercased().split(separator: ",").contains { entry in
            let parts = entry.split(separator: ";").map { part in part.filter { $0 != " " && $0 != "\t" } }
            guard parts.first == "gzip" || parts.first == "x-gzip" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=0") && !$0.utf8.contains { (0x31...0x39).contains($0) } }
        }
    }
}

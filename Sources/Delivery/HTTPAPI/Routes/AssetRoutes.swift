import AccessControl
import Assets
import HTTPServer
import JSONText
import SchemaModel

/// `GET /assets/:id[/:filename]`: the bytes of a file (contract/system.md, section 7).
///
/// Uploaded content never acts on our origin (attack G3): no sniffing, and a policy under which nothing of it may load or run.
struct AssetRoutes {
    private let context: RequestContext
    private let query: [(name: String, value: String)]

    init(_ context: RequestContext) {
        self.context = context
        query = AssetRoutes.pairs(context.request.query)
    }

    func read() async throws -> HTTPResponse {
        let parameters = try await parameters()
        let asset = try await context.loop.assets.open(
            context.parameters["id"] ?? "", caller: context.caller, in: context.snapshot, now: context.now)
        // Images aren't changed yet: what can't be done is said, rather than the original sent for it.
        if parameters.changesImage, asset.isTransformable {
            throw WireError(
                .illegalAssetTransformation, message: "Illegal asset transformation.", extensions: [("invalidTransformations", ["width", "height"])])
        }
        if isUnchanged(asset) { return HTTPResponse(status: 304, headers: headers(of: asset)) }
        return try answer(asset, hasRange: !parameters.isPresent && context.request.method == "GET")
    }

    private func parameters() async throws -> AssetParameters {
        try AssetParameters(query, policy: try await policy(), maximumTransforms: context.services.settings.files.maximumTransforms)
    }

    /// The project's rules on transformations; read only when one is asked for.
    private func policy() async throws -> TransformPolicy {
        guard query.contains(where: { AssetParameters.names.contains($0.name) }) else { return TransformPolicy(mode: .all, presets: []) }
        return try await context.loop.assets.transformPolicy(in: context.snapshot, now: context.now)
    }

    private func answer(_ asset: Asset, hasRange: Bool) throws -> HTTPResponse {
        let size = asset.bytes.size
        var headers = headers(of: asset)
        switch hasRange && continues(asset) ? ByteRange(context.request.headers.first("range"), size: size) : .whole {
        case .whole:
            return HTTPResponse(
                status: 200, headers: headers, body: .file(OpenFile(descriptor: asset.bytes.take()), offset: 0, length: size))
        case .part(let offset, let length):
            headers.append((name: "Content-Range", value: "bytes \(offset)-\(offset + length - 1)/\(size)"))
            return HTTPResponse(
                status: 206, headers: headers, body: .file(OpenFile(descriptor: asset.bytes.take()), offset: offset, length: length))
        case .unsatisfiable(let start, let end):
            throw AssetRoutes.unsatisfiable(start, end)
        }
    }

    private static func unsatisfiable(_ start: Int?, _ end: Int?) -> WireError {
        var range = JSONObject()
        if let start { range["start"] = .integer(start) }
        if let end { range["end"] = .integer(end) }
        let text = "\(start.map { String($0) } ?? "")-\(end.map { String($0) } ?? "")"
        return WireError(
            .rangeNotSatisfiable, message: "Range \"\(text)\" is invalid or the file's size doesn't match the requested range.",
            extensions: [("range", .object(range))])
    }

    // MARK: Headers

    private func headers(of asset: Asset) -> [(name: String, value: String)] {
        let isDownload = query.contains { $0.name == "download" }
        let name = context.parameters["filename"] ?? asset.name
        return [
            (name: "X-Powered-By", value: "Directus"), (name: "X-Content-Type-Options", value: "nosniff"),
            (name: "Content-Security-Policy", value: "default-src 'none'"), (name: "Content-Type", value: asset.type),
            (name: "Content-Disposition", value: ContentDisposition.text(isDownload ? .attachment : .inline, filename: name)),
            (name: "Accept-Ranges", value: "bytes"), (name: "Cache-Control", value: cacheControl), (name: "Vary", value: "Origin, Cache-Control"),
            (name: "Last-Modified", value: HTTPDate(asset.modified).text), (name: "ETag", value: tag(of: asset)),
        ]
    }

    private var cacheControl: String {
        let files = context.services.settings.files
        if files.revalidates { return "max-age=0, must-revalidate" }
        return "\(context.caller.roles.isEmpty ? "public" : "private"), max-age=\(files.cacheSeconds)"
    }

    private func tag(of asset: Asset) -> String { "\"\(HTTPDate(asset.modified).seconds)\"" }

    /// RFC 9110, section 13: the tags decide where there are any, else the date. Only where clients are told to ask again.
    private func isUnchanged(_ asset: Asset) -> Bool {
        guard context.services.settings.files.revalidates else { return false }
        if let tags = context.request.headers.first("if-none-match") {
            let tag = tag(of: asset)
            return tags.split(separator: ",").contains { given in
                let given = given.filter { $0 != " " && $0 != "\t" }
                return given == "*" || given == tag || given == "W/\(tag)"
            }
        }
        guard let since = context.request.headers.first("if-modified-since").flatMap({ HTTPDate(text: $0) }) else { return false }
        return HTTPDate(asset.modified).seconds <= since.seconds
    }

    /// RFC 9110, section 13.1.5: whether what the client has is of this very file, so that a part can complete it. A weak tag tells nothing of bytes.
    private func continues(_ asset: Asset) -> Bool {
        guard let known = context.request.headers.first("if-range") else { return true }
        return known == tag(of: asset) || HTTPDate(text: known) == HTTPDate(asset.modified)
    }

    private static func pairs(_ query: String?) -> [(name: String, value: String)] {
        (query ?? "").split(separator: "&").compactMap { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { half in
                PercentCoding.decode(Substring(half.map { $0 == "+" ? " " : String($0) }.joined()))
            }
            guard let name = halves.first ?? nil else { return nil }
            return (name, halves.count > 1 ? halves[1] ?? "" : "")
        }
    }
}

extension Asset {
    /// Images that can be changed, whose size is known; all else is sent as it is, whatever is asked.
    fileprivate var isTransformable: Bool {
        ["image/jpeg", "image/png", "image/webp", "image/tiff", "image/avif"].contains(type) && width != nil && height != nil
    }
}

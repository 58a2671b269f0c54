import EventLoops
import Glibc
import HTTPServer
import JSONText
import TestSupport
import Testing

@Suite struct CompressionTests {
    private static let json = "{\"items\":[" + (0..<2_000).map { "{\"id\":\($0),\"title\":\"article number \($0)\"}" }.joined(separator: ",") + "]}"

    /// What the client accepts, and what it gets.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(path), \(accept ?? "nothing")" }
        var accept: String?
        var coding: String?
        var path = "/json"
        var varies = true
    }

    static let cases = [
        Case(accept: nil, coding: nil),
        Case(accept: "gzip", coding: "gzip"),
        Case(accept: "GZIP", coding: "gzip"),
        Case(accept: "deflate", coding: "deflate"),
        Case(accept: "br, deflate;q=0.9, gzip;q=0.8", coding: "gzip"),
        Case(accept: "gzip;q=0, deflate", coding: "deflate"),
        Case(accept: "gzip; q=0.000", coding: nil),
        Case(accept: "gzip;q=0.001", coding: "gzip"),
        Case(accept: "*", coding: "gzip"),
        Case(accept: "*;q=0", coding: nil),
        Case(accept: "gzip;q=0, *", coding: nil),
        Case(accept: "identity, br", coding: nil),
        Case(accept: "", coding: nil),
        Case(accept: "gzip", coding: "gzip", path: "/large"),
        Case(accept: "gzip", coding: nil, path: "/small", varies: false),
        Case(accept: "gzip", coding: nil, path: "/image", varies: false),
        Case(accept: "gzip", coding: nil, path: "/coded", varies: false),
        Case(accept: "gzip", coding: nil, path: "/partial", varies: false),
        Case(accept: "gzip", coding: nil, path: "/fixed", varies: false),
        Case(accept: "gzip", coding: "gzip", path: "/tagged"),
        Case(accept: "gzip", coding: "gzip", path: "/shared"),
        Case(accept: nil, coding: nil, path: "/shared"),
        Case(accept: "gzip", coding: nil, path: "/shared-fixed", varies: false),
    ]

    @Test(arguments: cases) func `compresses what is worth it for those who ask`(_ example: Case) async throws {
        let small = String(Self.json.prefix(4_000))
        let large = [String](repeating: Self.json, count: 10).joined(separator: "\n")
        let body = example.path == "/small" ? small : example.path == "/large" ? large : Self.json
        try await withServer(handler: { request in
            var response = HTTPResponse(
                status: request.path == "/partial" ? 206 : 200,
                headers: [("Content-Type", request.path == "/image" ? "image/png" : "application/json; charset=utf-8")],
                body: .bytes(ByteBuffer(body)))
            if request.path.hasPrefix("/shared") {
                let fixed = request.path == "/shared-fixed" ? [(name: "Cache-Control", value: "no-transform")] : []
                response.sharedHeaders = SharedHeaders(response.headers.map { (name: $0.name, value: $0.value) } + fixed)
                response.headers = []
            }
            if request.path == "/coded" { response.headers.append(("Content-Encoding", "br")) }
            if request.path == "/fixed" { response.headers.append(("Cache-Control", "public, no-transform")) }
            if request.path == "/tagged" { response.headers += [("ETag", "\"a\""), ("Vary", "Origin")] }
            return response
        }) { server in
            let answer = server.get(example.path, example.accept.map { "Accept-Encoding: \($0)\r\n" } ?? "")
            #expect(answer?.headers["content-encoding"] == (example.path == "/coded" ? "br" : example.coding))
            #expect((answer?.headers["vary"] != nil) == example.varies)
            if example.path == "/tagged" {
                #expect(answer?.headers["etag"] == "W/\"a\"")
                #expect(answer?.headers["vary"] == "Origin, Accept-Encoding")
            }
            if let coding = example.coding {
                #expect((answer?.body.count ?? .max) < body.utf8.count / 3)
                #expect(inflated(answer?.body ?? [], coding) == body)
            } else {
                #expect(answer?.text == body)
            }
        }
    }

    /// Asks another program, not our own zlib. It knows gzip's frame only: zlib's is swapped for it (and the check sum is then wrong).
    private func inflated(_ bytes: [UInt8], _ coding: String) -> String {
        let path = "/tmp/kerege-http-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).gz"
        defer { unlink(path) }
        let framed = coding == "gzip" ? bytes : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + bytes.dropFirst(2) + [0, 0, 0, 0]
        let file = fopen(path, "w")
        fwrite(framed, 1, framed.count, file)
        fclose(file)
        guard let pipe = popen("gzip -dc \(path) 2>/dev/null", "r") else { return "" }
        defer { pclose(pipe) }
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, pipe), count > 0 { output += piece[..<count] }
        return String(decoding: output, as: UTF8.self)
    }
}

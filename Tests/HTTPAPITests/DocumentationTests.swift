import Glibc
import HTTPAPI
import JSONText
import TestSupport
import Testing

/// `GET /docs`: the document for people, from the server's own files alone.
@Suite struct DocumentationTests {
    typealias Answer = TestAPI.RawAnswer

    private static let style = "swagger-ui.css"

    /// A folder with the three files, removed afterwards: the style also compressed, a secret beside it.
    private static func withAssets(_ body: @Sendable (_ folder: String, APISettings) async throws -> Void) async throws {
        try await withTemporaryFolder { root in
            for name in ["swagger-ui.css", "swagger-ui.css.gz", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE"] {
                let file = try #require(fopen("\(root)/\(name)", "w"))
                fputs("the bytes of \(name)", file)
                fclose(file)
                var times = [timespec(tv_sec: 0x6000_0000, tv_nsec: 0), timespec(tv_sec: 0x6000_0000, tv_nsec: 0)]
                utimensat(AT_FDCWD, "\(root)/\(name)", &times, 0)
            }
            var settings = APISettings()
            settings.documentationFolder = root
            try await body(root, settings)
        }
    }

    private static func notFound(_ path: String) -> Answer {
        let error = JSONObject([
            ("message", .string("Route \(path) doesn't exist.")),
            ("extensions", .object(JSONObject([("path", .string(path)), ("code", "ROUTE_NOT_FOUND")]))),
        ])
        return Answer(
            status: 404, headers: ["content-type": "application/json; charset=utf-8"],
            text: JSONValue.object(JSONObject([("errors", .array([.object(error)]))])).text)
    }

    @Test func `The page loads its own files and holds no script`() async throws {
        try await Self.withAssets { _, settings in
            try await withAPI(Newsroom.model, settings: settings) { api in
                for (path, prefix) in [("/docs", "docs/"), ("/docs/", ""), ("/DOCS", "docs/")] {
                    let page = try await api.raw("GET \(path)")
                    #expect(
                        page.text == """
                            <!DOCTYPE html>
                            <html lang="en">
                            <head>
                              <meta charset="utf-8">
                              <meta name="viewport" content="width=device-width, initial-scale=1">
                              <title>API documentation</title>
                              <link rel="icon" type="image/png" href="\(prefix)favicon-32x32.png">
                              <link rel="stylesheet" href="\(prefix)swagger-ui.css">
                              <link rel="stylesheet" href="\(prefix)page.css">
                              <script src="\(prefix)swagger-ui-bundle.js" defer></script>
                              <script src="\(prefix)initializer.js" defer></script>
                            </head>
                            <body>
                              <p id="message" role="alert" hidden></p>
                              <div id="swagger-ui"><p class="plain">The document is being loaded.</p></div>
                              <noscript><p class="plain">This page needs JavaScript. The document itself is at <code>/server/specs/oas</code>.</p></noscript>
                            </body>
                            </html>

                            """)
                    #expect(page.status == 200)
                    let tag = try #require(page.headers["etag"])
                    #expect(page.headers == ["content-type": "text/html; charset=utf-8", "cache-control": "no-cache", "etag": tag])
                    var unchanged = page
                    (unchanged.status, unchanged.text) = (304, "")
                    #expect(try await api.raw("GET \(path)", [("If-None-Match", tag)]) == unchanged)
                }
            }
        }
    }

    @Test func `Without the files the page says how to get them`() async throws {
        try await Self.withAssets { folder, settings in
            unlink("\(folder)/favicon-32x32.png")
            var nothing = settings
            nothing.documentationFolder = nil
            for settings in [settings, nothing] {
                try await withAPI(Newsroom.model, settings: settings) { api in
                    let page = try await api.raw("GET /docs")
                    #expect(page.status == 200)
                    #expect(page.text.contains("<pre>make docs-assets</pre>"))
                    #expect(page.text.contains("href=\"server/specs/oas\""))
                    #expect(try await api.raw("GET /docs/").text.contains("href=\"../server/specs/oas\""))
                    #expect(!page.text.contains("<script"))
                    #expect(!page.text.contains(folder))
                    #expect(try await api.raw("GET /docs/favicon-32x32.png") == Self.notFound("/docs/favicon-32x32.png"))
                }
            }
        }
    }

    /// A file asked for with some headers, and the answer.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(file), \(sent.map { "\($0.name): \($0.value)" })" }
        var file: String
        var sent: [(name: String, value: String)] = []
        var answer: Answer

        init(_ file: String, sending sent: [(name: String, value: String)] = [], _ status: Int, _ text: String, _ headers: [String: String]) {
            self.file = file
            self.sent = sent
            answer = Answer(status: status, headers: headers.merging(["cache-control": "no-cache"]) { $1 }, text: text)
        }
    }

    private static let cases: [Case] = {
        let css = ["content-type": "text/css; charset=utf-8", "vary": "Accept-Encoding"]
        let plain = css.merging(["etag": "\"1b-60000000\""]) { $1 }
        let gzip = css.merging(["etag": "\"1e-60000000-gzip\""]) { $1 }
        let coded = gzip.merging(["content-encoding": "gzip"]) { $1 }
        let script = ["content-type": "text/javascript; charset=utf-8", "vary": "Accept-Encoding", "etag": "\"21-60000000\""]
        return [
            Case(style, 200, "the bytes of swagger-ui.css", plain),
            Case("SWAGGER-UI.css", 404, "", [:]),
            Case(style, sending: [("Accept-Encoding", "gzip, br")], 200, "the bytes of swagger-ui.css.gz", coded),
            Case(style, sending: [("Accept-Encoding", "br;q=1.0, GZIP;q=0.5")], 200, "the bytes of swagger-ui.css.gz", coded),
            Case(style, sending: [("Accept-Encoding", "gzip;q=0.000, br")], 200, "the bytes of swagger-ui.css", plain),
            Case(style, sending: [("Accept-Encoding", "br")], 200, "the bytes of swagger-ui.css", plain),
            Case(style, sending: [("If-None-Match", "\"1b-60000000\"")], 304, "", plain),
            Case(style, sending: [("If-None-Match", "\"x\", W/\"1b-60000000\"")], 304, "", plain),
            Case(style, sending: [("If-None-Match", "*")], 304, "", plain),
            Case(style, sending: [("If-None-Match", "\"1b-60000001\"")], 200, "the bytes of swagger-ui.css", plain),
            Case(style, sending: [("If-None-Match", "\"1e-60000000-gzip\""), ("Accept-Encoding", "gzip")], 304, "", gzip),
            Case("swagger-ui-bundle.js", sending: [("Accept-Encoding", "gzip")], 200, "the bytes of swagger-ui-bundle.js", script),
            Case(
                "favicon-32x32.png", sending: [("Accept-Encoding", "gzip")], 200, "the bytes of favicon-32x32.png",
                ["content-type": "image/png", "etag": "\"1e-60000000\""]),
            Case(
                style, sending: [("Authorization", "Bearer nobody"), ("Cookie", "directus_session_token=old")], 200, "the bytes of swagger-ui.css",
                plain),
        ]
    }()

    @Test func `Files come with validators, compressed for those who ask, whoever asks`() async throws {
        try await Self.withAssets { _, settings in
            try await withAPI(Newsroom.model, settings: settings) { api in
                for example in Self.cases {
                    let path = "/docs/\(example.file)"
                    let expected = example.answer.status == 404 ? Self.notFound(path) : example.answer
                    let answer = try await api.raw("GET \(path)", example.sent)
                    #expect(answer == expected, "\(example.testDescription)")
                }
            }
        }
    }

    @Test func `Only known names lead to a file`() async throws {
        try await Self.withAssets { folder, settings in
            unlink("\(folder)/swagger-ui-bundle.js")
            symlink("/etc/passwd", "\(folder)/swagger-ui-bundle.js")
            try await withAPI(Newsroom.model, settings: settings) { api in
                for name in [
                    "LICENSE", "swagger-ui.css.gz", "swagger-ui-bundle.js", "..%2f..%2fetc%2fpasswd", "%2e%2e%2fLICENSE", ".", "x/swagger-ui.css",
                    "../docs/LICENSE", "swagger-ui.css%20", "%2Fetc%2Fpasswd",
                ] {
                    let answer = try await api.raw("GET /docs/\(name)")
                    #expect(answer == Self.notFound("/docs/\(name)"))
                }
            }
        }
    }

    @Test func `OPENAPI_ENABLED=false closes the page with the document`() async throws {
        try await Self.withAssets { _, settings in
            var closed = settings
            closed.describesAPI = false
            try await withAPI(Newsroom.model, settings: closed) { api in
                for path in ["/docs", "/docs/", "/docs/swagger-ui.css", "/docs/initializer.js", "/docs/page.css", "/server/specs/oas"] {
                    let answer = try await api.raw("GET \(path)")
                    #expect(answer == Self.notFound(path))
                }
            }
        }
    }
}

import HTTPServer

/// Which pages of other origins may use the API from a browser (contract/system.md, 1.1, row 4).
///
/// Credentials are for origins that are named, never for one that is only reflected (attack I6): else any page that somebody with a session
/// visits could act with that session.
package struct CrossOriginPolicy: Sendable, Equatable {
    package enum Origins: Sendable, Equatable {
        /// The request's own, whichever it is.
        case reflected
        /// This text is sent to everybody, and the browser compares; `*` stands for all.
        case fixed(String)
        /// The request's own, where it is one of these.
        case listed(Set<String>)
    }

    package var origins: Origins
    package var methods = ["GET", "POST", "PATCH", "DELETE"]
    package var allowedHeaders = ["Content-Type", "Authorization"]
    package var exposedHeaders = ["Content-Range"]
    package var allowsCredentials = true
    /// Seconds for which a browser keeps the answer to a preflight.
    package var maximumAge = 18_000

    package init(origins: Origins) { self.origins = origins }

    /// The answer to any `OPTIONS`, whether there is such a path or not.
    func preflight(_ request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse(status: 204, headers: AnswerHeaders.always)
        if allowedOrigin(for: request) != nil {
            response.headers.append((name: "Access-Control-Allow-Methods", value: methods.joined(separator: ",")))
            if !allowedHeaders.isEmpty {
                response.headers.append((name: "Access-Control-Allow-Headers", value: allowedHeaders.joined(separator: ",")))
            }
            response.headers.append((name: "Access-Control-Max-Age", value: String(maximumAge)))
        }
        mark(&response, for: request)
        return response
    }

    /// Adds what the browser has to know before it shows the answer to the page.
    func mark(_ response: inout HTTPResponse, for request: HTTPRequest) {
        CrossOriginPolicy.addVary(to: &response)
        guard let origin = allowedOrigin(for: request) else { return }
        response.headers.append((name: "Access-Control-Allow-Origin", value: origin))
        if allowsCredentials, areNamed { response.headers.append((name: "Access-Control-Allow-Credentials", value: "true")) }
        if !exposedHeaders.isEmpty {
            response.headers.append((name: "Access-Control-Expose-Headers", value: exposedHeaders.joined(separator: ",")))
        }
    }

    private var areNamed: Bool {
        switch origins {
        case .reflected: false
        case .fixed(let origin): origin != "*"
        case .listed: true
        }
    }

    private func allowedOrigin(for request: HTTPRequest) -> String? {
        switch origins {
        case .reflected: request.headers.first("origin")
        case .fixed(let origin): origin
        case .listed(let known): request.headers.first("origin").flatMap { known.contains($0) ? $0 : nil }
        }
    }

    /// A cache must not hand one origin's answer to another; most answers say so anyway.
    private static func addVary(to response: inout HTTPResponse) {
        if response.sharedHeaders?.headers.contains(where: { $0.name == "Vary" && $0.value.contains("Origin") }) == true { return }
        guard let index = response.headers.firstIndex(where: { $0.name == "Vary" }) else {
            return response.headers.append((name: "Vary", value: "Origin"))
        }
        if !response.headers[index].value.contains("Origin") { response.headers[index].value += ", Origin" }
    }
}

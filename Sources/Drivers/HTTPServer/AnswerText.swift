import CLibMicroHTTPD
import JSONText

/// An answer as bytes, for the one place where the library can't send it: in the middle of a request's body.
enum AnswerText {
    /// Head and body of a short answer that closes the connection; nil for bodies that are not bytes.
    static func bytes(of response: HTTPResponse) -> ByteBuffer? {
        let body: ByteBuffer?
        switch response.body {
        case .none: body = nil
        case .bytes(let bytes): body = bytes
        case .stream, .file, .upgrade: return nil
        }
        var writer = ByteWriter(capacity: 1_024 + (body?.count ?? 0))
        let phrase = MHD_get_reason_phrase_for(UInt32(clamping: response.status)).map { String(cString: $0) } ?? "Unknown"
        writer.append("HTTP/1.1 \(response.status) \(phrase)\r\nConnection: close\r\nContent-Length: \(body?.count ?? 0)\r\n" as String)
        for (name, value) in response.headers {
            switch HeaderText.check(name: name, value: value) {
            case .fine: writer.append("\(name): \(value)\r\n" as String)
            case .cleaned(let cleaned): writer.append("\(name): \(cleaned)\r\n" as String)
            case .ours, .badName: continue
            }
        }
        writer.append("\r\n" as StaticString)
        if let body {
            body.withUnsafeBytes { writer.append($0.assumingMemoryBound(to: UInt8.self)) }
        }
        return writer.finish()
    }
}

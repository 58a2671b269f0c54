package import JSONText
package import SchemaModel

/// The OpenAPI 3.0.3 document of one model for one audience, from the operations that are also the server's routes.
///
/// - Stable: the same model and rights give the same bytes; `version` is a hash of the content.
/// - Cost: some 20 ms for a hundred collections; callers cache it per generation and rights.
package struct OpenAPIDocument: Sendable {
    /// 16 hexadecimal digits; also `info.version`.
    package let version: String
    package let value: JSONValue
    /// On one line, as it is served.
    package let compact: ByteBuffer

    /// - Parameter publicURL: where the server is reached; `/` = where the document came from.
    package init(of schema: SchemaSnapshot, for audience: DocumentAudience, publicURL: String = "/") {
        var writer = DocumentWriter(schema: schema, audience: audience)
        for operation in OperationCatalogue.operations { writer.add(operation) }
        var url = publicURL
        while url.utf8.count > 1, url.hasSuffix("/") { url.removeLast() }
        if url.isEmpty { url = "/" }
        let rest: Members = [
            ("servers", [["url": .string(url)]]), ("tags", writer.tagsArray()), ("paths", writer.pathsObject()),
            ("components", writer.componentsObject()),
        ]
        var bytes = ByteWriter(capacity: 1 << 20)
        bytes.append(.object(JSONObject(unique: rest)))
        let tail = bytes.finish()
        version = ContentHash.hex(of: tail)
        let head: Members = [("openapi", "3.0.3"), ("info", OpenAPIDocument.info(version))]
        value = .object(JSONObject(unique: head + rest))
        compact = OpenAPIDocument.joined(head, tail)
    }

    private static func info(_ version: String) -> JSONValue {
        [
            "title": "Project API",
            "description": "What the caller may read and write. The version is a hash of this document.",
            "version": .string(version),
            "license": ["name": "The terms of the project's owner", "url": "https://spdx.org/licenses/"],
        ]
    }

    /// The members before those that are written already: `{head…` and `{tail…}` -> `{head…,tail…}`.
    private static func joined(_ head: Members, _ tail: ByteBuffer) -> ByteBuffer {
        var writer = ByteWriter(capacity: tail.count + 512)
        writer.append(.object(JSONObject(unique: head)))
        writer.removeLast()
        writer.append(UInt8(ascii: ","))
        tail.withUnsafeBytes { writer.append(UnsafeBufferPointer(rebasing: $0.bindMemory(to: UInt8.self).dropFirst())) }
        return writer.finish()
    }

    /// Over many lines, for files that are compared.
    package var pretty: ByteBuffer {
        var writer = ByteWriter(capacity: 1 << 16)
        writer.appendPretty(value)
        writer.append("\n" as StaticString)
        return writer.finish()
    }
}

extension DocumentWriter {
    /// The first operation of the catalogue wins a path and method, as in the router.
    mutating func add(_ operation: Operation) {
        guard case .items(let action, let source) = operation.action else { return addFixed(operation) }
        switch source {
        case .system(let name):
            guard let collection = schema.collection(name), !hasOperation(operation.method, at: operation.template) else { return }
            addItems(action, of: collection, operation, at: operation.template)
        case .path:
            for collection in schema.collections where !collection.isSystem && !collection.name.hasSystemPrefix && collection.table != nil {
                addItems(action, of: collection, operation, at: operation.template(of: collection.name))
            }
        }
    }
}

extension Operation {
    /// The template with the collection's name in place of its parameter.
    func template(of collection: CollectionName) -> String {
        "/"
            + path.map { $0 == ":collection" ? PathSegment.encode(collection.text) : $0.hasPrefix(":") ? "{\($0.dropFirst())}" : $0 }.joined(
                separator: "/")
    }
}

/// Percent-encoding of one segment of a path.
enum PathSegment {
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"):
                out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

import EventLoops
import Glibc
import JSONText
import SchemaModel

/// Carries out what the parser tells: texts gather for the next file, files go to disk as they come.
struct UploadReceiver {
    private enum Current {
        case nothing
        case text(name: String, [UInt8])
        case file(FilePlan, TemporaryFile)
        /// A part that nobody wants: an empty file field of a form, a second file for one row.
        case skipped
    }

    private let rules: UploadRules
    private let settings: FileSettings
    private let loop: EventLoop
    private(set) var files: [ReceivedFile] = []
    private var current = Current.nothing
    private var texts = JSONObject()
    private var textBytes = 0

    init(rules: UploadRules, settings: FileSettings, loop: EventLoop) {
        self.rules = rules
        self.settings = settings
        self.loop = loop
    }

    /// - Throws: `WireError`, `StorageError`.
    mutating func take(_ event: MultipartParser.Event) async throws {
        switch event {
        case .part(let part): try await begin(part)
        case .data(let bytes): try await add(bytes)
        case .partEnd: try await end()
        case .end: return
        }
    }

    /// Removes everything that was received.
    mutating func discard() async {
        if case .file(_, let bytes) = current { await bytes.discard() }
        current = .nothing
        for file in files { await file.bytes.discard() }
        files = []
    }

    private mutating func begin(_ part: MultipartPart) async throws {
        guard let sent = part.filename else {
            current = .text(name: part.name, [])
            return
        }
        let filename = FileTitle.baseName(of: sent)
        guard !filename.isEmpty, isWanted else {
            current = .skipped
            return
        }
        let plan = try rules.plan(part, filename: filename, texts: texts)
        texts = JSONObject()
        current = .file(plan, try await plan.storage.begin(on: loop))
    }

    private var isWanted: Bool {
        switch rules.target {
        case .new: true
        case .existing: files.isEmpty
        }
    }

    private mutating func add(_ bytes: [UInt8]) async throws {
        switch current {
        case .nothing, .skipped: return
        case .text(let name, let held):
            textBytes += bytes.count
            guard held.count + bytes.count <= settings.maximumText, textBytes <= settings.maximumTexts else { throw UploadRules.tooLarge }
            current = .text(name: name, held + bytes)
        case .file(_, let file):
            if let maximum = settings.maximumSize, file.size + bytes.count >= maximum { throw UploadRules.tooLarge }
            try await file.write(bytes)
        }
    }

    private mutating func end() async throws {
        switch current {
        case .nothing, .skipped: break
        case .text(let name, let bytes): texts[name] = UploadReceiver.value(of: String(decoding: bytes, as: UTF8.self))
        case .file(let plan, let file):
            let isImage = ImageFacts.types.contains(plan.type)
            let facts = try await file.finish { descriptor, size -> ImageFacts? in
                isImage ? ImageFacts(source: UploadReceiver.source(descriptor, size)) : nil
            }
            files.append(
                ReceivedFile(
                    payload: plan.payload, id: plan.id, storedName: plan.storedName, storage: plan.storage, title: plan.title,
                    chosenDiskName: plan.chosenDiskName, bytes: file, facts: facts))
        }
        current = .nothing
    }

    /// `null`, `true` and `false` are what they say; all else is text.
    private static func value(of text: String) -> JSONValue {
        switch trimmed(text) {
        case "null": .null
        case "true": .bool(true)
        case "false": .bool(false)
        default: .string(text)
        }
    }

    private static func trimmed(_ text: String) -> Substring {
        // Longer texts are none of the three.
        guard text.utf8.count <= 64 else { return Substring(text) }
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    static func source(_ descriptor: Int32, _ size: Int) -> ByteSource {
        ByteSource(count: size) { offset, count in
            [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
                read = max(0, pread(descriptor, buffer.baseAddress, count, offset))
            }
        }
    }
}

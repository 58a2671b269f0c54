package import AccessControl
package import EventLoops
package import Items
import JSONText
package import QueryEngine
import QueryLanguage
import SchemaModel

/// One upload as a route hands it over.
package struct UploadRequest {
    package let contentType: String
    /// Shapes the answer.
    package let query: String?
    package let caller: Caller
    package let snapshot: EngineSnapshot
    package let now: Moment
    /// The next piece of the body; nil at its end.
    package let next: () async throws -> [UInt8]?

    package init(
        contentType: String, query: String?, caller: Caller, snapshot: EngineSnapshot, now: Moment, next: @escaping () async throws -> [UInt8]?
    ) {
        self.contentType = contentType
        self.query = query
        self.caller = caller
        self.snapshot = snapshot
        self.now = now
        self.next = next
    }
}

/// Receives files: rights first, then the bytes beside their place, then all rows in one transaction in which the bytes get their names.
///
/// - Whatever goes wrong (a hang-up, a full disk, a refused row) leaves neither rows nor files.
/// - Errors: `WireError`, `WireErrors`, `PostgresError`; what `next` throws.
/// - Source: contract/system.md, 6.2; contract/items.md, 5.5. One per loop.
package struct FileUpload: Sendable {
    let settings: FileSettings
    let storages: FileStorages
    let reader: ItemReader
    let writer: ItemWriter
    let loop: EventLoop

    package init(settings: FileSettings, storages: FileStorages, reader: ItemReader, writer: ItemWriter, loop: EventLoop) {
        self.settings = settings
        self.storages = storages
        self.reader = reader
        self.writer = writer
        self.loop = loop
    }

    /// One file -> an item, several -> a list, in the order they came.
    package func create(_ request: UploadRequest) async throws -> WriteAnswer {
        let rules = UploadRules(request, settings: settings, storages: storages, target: .new)
        let files = try await receive(request, rules)
        do {
            return try await writeRows(of: files, request)
        } catch {
            await discard(files)
            throw error
        }
    }

    /// Gives an existing row new bytes; title, folder and the like stay unless they are sent.
    /// - Returns: `.empty` where an admin names a row that isn't there.
    package func replace(_ id: String, _ request: UploadRequest) async throws -> WriteAnswer {
        guard let id = UploadRules.key(id) else { throw WireError.forbidden }
        try await requireUpdate(of: id, request)
        let row = try await reader.row(of: id, in: request.snapshot, now: request.now)
        let rules = UploadRules(
            request, settings: settings, storages: storages, target: .existing(id: id), currentStorage: row?.storage)
        let files = try await receive(request, rules)
        do {
            guard let file = files.first else { throw UploadRules.noFiles }
            return try await exchange(id, file, request)
        } catch {
            await discard(files)
            throw error
        }
    }

    // MARK: Receiving

    private func receive(_ request: UploadRequest, _ rules: UploadRules) async throws -> [ReceivedFile] {
        var receiver = UploadReceiver(rules: rules, settings: settings, loop: loop)
        do {
            var parser = try MultipartParser(contentType: request.contentType)
            while let piece = try await request.next() {
                for event in try parser.feed(piece) { try await receiver.take(event) }
            }
            try parser.finish()
            if receiver.files.isEmpty { throw UploadRules.noFiles }
            return receiver.files
        } catch {
            await receiver.discard()
            throw FileUpload.wire(error)
        }
    }

    private func discard(_ files: [ReceivedFile]) async {
        for file in files { await file.bytes.discard() }
    }

    static func wire(_ error: any Error) -> any Error {
        switch error {
        case let error as StorageError: error.wire
        case MultipartError.noBoundary: WireError.invalidPayload("Multipart: Boundary not found")
        case MultipartError.malformed: WireError.invalidPayload("Multipart: Malformed part header")
        case MultipartError.truncated: WireError.invalidPayload("Multipart: Unexpected end of form")
        case MultipartError.headTooLarge, MultipartError.tooManyParts: UploadRules.tooLarge
        default: error
        }
    }

    // MARK: New rows

    private func writeRows(of files: [ReceivedFile], _ request: UploadRequest) async throws -> WriteAnswer {
        let folder = try await defaultFolder(request)
        for file in files { try await requireFreeDiskName(file, request) }
        let values = files.map { $0.serverValues(for: .new, folder: folder, now: request.now) }
        let operation: WriteRequest.Operation =
            files.count == 1 ? .create(files[0].payload) : .createMany(files.map(\.payload))
        let loop = loop
        let write = WriteRequest(
            collection: FileCollections.files, operation: operation, query: request.query, serverValues: values,
            beforeCommit: { _ in for file in files { try await file.place(on: loop) } })
        do {
            return try await writer.write(write, by: request.caller, in: request.snapshot, now: request.now)
        } catch {
            // The bytes may have their names already where COMMIT itself has failed; a row that did come to be keeps them.
            try? await takeBack(files, request)
            throw FileUpload.wire(error)
        }
    }

    private func takeBack(_ files: [ReceivedFile], _ request: UploadRequest) async throws {
        for file in files where file.bytes.isPlaced {
            let row = try await reader.readAsServer(
                FileCollections.files, .keys([.string(file.id)]), query: "fields=id", in: request.snapshot, now: request.now)
            if row.array?.isEmpty == true { try await file.storage.remove(names: [file.storedName], on: loop) }
        }
    }

    private func defaultFolder(_ request: UploadRequest) async throws -> String? {
        try await reader.readAsServer(
            FileCollections.settings, .collection, query: "fields=storage_default_folder", in: request.snapshot, now: request.now)[
                "storage_default_folder"]?
            .string
    }

    /// A name that the client has chosen must be new among the rows. A courtesy to people who read the column: bytes don't depend on it.
    private func requireFreeDiskName(_ file: ReceivedFile, _ request: UploadRequest) async throws {
        guard let name = file.chosenDiskName else { return }
        var query = ItemQuery(selections: [.field(key: "id", name: "id")])
        query.arguments.filter = .key(.field("filename_disk"), .condition(.eq, .value(.string(name))))
        query.arguments.limit = 1
        let answer = try await reader.read(
            ReadRequest(collection: FileCollections.files, target: .collection, query: .parsed(query)), by: FileCollections.server,
            in: request.snapshot, now: request.now)
        if try JSONParser.parse(answer.body.bytes)["data"]?.array?.isEmpty == false { throw WireError.forbidden }
    }

    // MARK: New bytes for a row

    /// Before a byte is taken: the row has to be one that the caller may change.
    private func requireUpdate(of id: String, _ request: UploadRequest) async throws {
        guard !request.caller.isAdmin, let collection = request.snapshot.schema.collection(FileCollections.files) else { return }
        _ = try WriteAuthorizer(snapshot: request.snapshot, access: request.caller.access).update([], on: collection)
        let isPermitted = try await reader.permits(
            .update, on: collection, key: id, caller: request.caller, in: request.snapshot, now: request.now)
        guard isPermitted else { throw WireError.forbidden(action: "update", on: FileCollections.files, fields: UploadRules.filled) }
    }

    private func exchange(_ id: String, _ file: ReceivedFile, _ request: UploadRequest) async throws -> WriteAnswer {
        do {
            return try await fileExchange(in: request.snapshot, now: request.now).exchange(id, for: file, request)
        } catch {
            throw FileUpload.wire(error)
        }
    }

    /// Ends what a process has died in while it gave rows new bytes (`FileExchange`).
    package func recover(in snapshot: EngineSnapshot, now: Moment) async throws {
        let exchange = fileExchange(in: snapshot, now: now)
        for storage in storages.all { try await exchange.recover(storage) }
    }

    private func fileExchange(in snapshot: EngineSnapshot, now: Moment) -> FileExchange {
        FileExchange(reader: reader, writer: writer, loop: loop, snapshot: snapshot, now: now)
    }
}

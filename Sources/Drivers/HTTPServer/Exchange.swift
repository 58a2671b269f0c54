import CLibMicroHTTPD
import EventLoops
import Glibc
import JSONText

/// One request and its answer on their way between the library and the handler. Performs what `ExchangeState` says.
///
/// Kept by the library until `ended`, and by the handler's task.
/// `@unchecked Sendable`: only on the server's loop.
final class Exchange: @unchecked Sendable {
    let connection: ClientConnection
    let server: LoopServer
    let number: UInt64
    /// Where `requestLineCallback` has hidden the query: offset of `?` in the target, and the byte after it.
    var hiddenQuery: (offset: Int, first: UInt8)?
    private(set) var suspendedAt: UInt64 = 0
    /// The library asks for the answer in each of its runs, from this tick on; nil = it does not.
    private(set) var pollingSince: UInt64?

    /// The library's connection; nil once the exchange has ended.
    private var handle: OpaquePointer?
    private var state = ExchangeState()
    private var head: RequestHead?
    private var body = HTTPRequestBody.empty
    private var task: Task<Void, Never>?
    private var response: HTTPResponse?
    private var writer: HTTPBodyWriter?
    private var isSendingFile = false

    init(handle: OpaquePointer, connection: ClientConnection, server: LoopServer) {
        self.handle = handle
        self.connection = connection
        self.server = server
        number = server.requestIDs.take()
    }

    var isSuspended: Bool { state.isSuspended }
    var requestID: String { RequestID.text(number, head: head) }

    // MARK: the library's calls

    /// The library has the head, some of the body, or all of the request. False ends the connection.
    func called(method: UnsafePointer<CChar>, data: UnsafeRawPointer?, size: inout Int) -> Bool {
        guard let handle else { return false }
        if head == nil {
            server.loop.beginPieceOfWork()
            if let refusal = readHead(method, handle) { return refuse(refusal, handle) }
        }
        let call = state.call(bytes: size)
        if call == .complete { body.complete() }
        while true {
            switch state.next(call) {
            case .start: startHandler()
            case .proceed:
                if call != .head { server.libraryHasMore() }
                size = 0
                if state.intake == .body, state.bodyLength != .none { enter(.body) }
                return true
            case .take:
                server.libraryHasMore()
                connection.clock.receivedBody(size)
                enter(.body)
                if !body.receive(UnsafeRawBufferPointer(start: data, count: size)) { state.appetite = .none }
                size = 0
                return true
            case .hold:
                if call != .complete || !pollForAnswer() { suspend(handle) }
                return true
            case .queue: return queueAnswer(handle)
            case .writeAndClose:
                writeAnswer()
                return false
            case .drop: return false
            }
        }
    }

    /// The library is done with this request: it was answered, or the connection has failed.
    func ended(isAnswered: Bool) {
        guard handle != nil else { return }
        handle = nil
        stopPolling()
        if isSendingFile { server.fileAnswers -= 1 }
        connection.stopHangUpWatch()
        connection.exchange = nil
        connection.clock.enter(.idle, now: server.loop.tickMilliseconds)
        if !isAnswered { clientHungUp() }
        body.detach()
        writer?.close()
        task = nil
        response = nil
    }

    private func readHead(_ method: UnsafePointer<CChar>, _ handle: OpaquePointer) -> HTTPRefusal? {
        let size = kerege_head_size(handle)
        let limits = server.shared.configuration.limits
        guard size <= limits.headBytes else { return .headTooLarge }
        let query = hiddenQuery.map { (offset: strlen(method) + 1 + $0.offset, first: $0.first) }
        let headers = Int(MHD_get_connection_values(handle, .HEADER_KIND, nil, nil))
        let head: RequestHead
        do throws(HTTPRefusal) {
            let start = UnsafeRawPointer(method).assumingMemoryBound(to: UInt8.self)
            head = try RequestHead(copying: start, count: size, query: query, headerCount: headers)
        } catch {
            return error
        }
        self.head = head
        state.bodyLength = head.parsed.bodyLength
        state.expectsContinue = head.parsed.expectsContinue
        if case .known(let length) = state.bodyLength, length > limits.bodyBytes { return .bodyTooLarge }
        if state.bodyLength != .none {
            body = HTTPRequestBody(length: state.bodyLength, hardLimit: limits.bodyBytes, exchange: self)
        }
        return nil
    }

    // MARK: the handler

    private func startHandler() {
        guard let head else { return }
        state.handler = .running
        enter(.handling)
        let request = HTTPRequest(head: head, number: number, remoteAddress: connection.address, loop: server.loop, body: body)
        task = server.loop.startTask { [self] in await run(request) }
    }

    private func run(_ request: HTTPRequest) async {
        var response = await server.shared.handler(request)
        if let compressor = server.compressor, let head { response = await compressor.compress(response, for: head) }
        answer(response)
        guard case .stream(_, let produce) = response.body, let writer, head?.isHead == false else { return }
        do {
            try await produce(writer)
            writer.finish(failed: false)
        } catch {
            if handle != nil, !(error is HTTPAnswerClosed) {
                server.shared.events(.streamFailed(description: String(describing: error), requestID: requestID))
            }
            writer.finish(failed: true)
        }
    }

    private func answer(_ response: HTTPResponse) {
        guard handle != nil, !state.isGone else {
            server.shared.events(.clientGone(requestID: requestID, address: connection.address))
            return
        }
        self.response = response
        if case .stream = response.body { writer = HTTPBodyWriter(exchange: self) }
        if state.handlerAnswered() {
            resume()
        } else if pollingSince != nil {
            server.runAgain()
        }
    }

    func bodyIsWanted() {
        if state.bodyIsWanted() { resume() }
    }

    func bodyIsUnwanted() {
        if state.bodyIsUnwanted() { resume() }
    }

    func streamHasBytes() {
        if state.streamHasBytes() { resume() }
    }

    // MARK: ends before the end

    /// The client can't be answered any more: whoever works for it is told.
    func clientHungUp() {
        body.abort()
        writer?.close()
        cancel()
        if state.handler == .sent, state.streamHasBytes() { resume() }
    }

    func cancel() { task?.cancel() }

    /// The server stops: the library is to let go of this request at once.
    func abandon() {
        clientHungUp()
        if state.abandon() { resume() }
    }

    // MARK: suspension

    /// Leaves the connection on the library's list of what is ready, so that each of its runs asks for the answer: for a short while that is
    /// cheaper than a suspension, which takes the socket out of its epoll set and puts it in again.
    /// - Returns: false when it has lasted too long, or too many do so.
    private func pollForAnswer() -> Bool {
        if let pollingSince {
            if server.loop.tickMilliseconds &- pollingSince < LoopServer.pollingLimit { return true }
            stopPolling()
            return false
        }
        guard server.startPolling() else { return false }
        pollingSince = server.loop.tickMilliseconds
        return true
    }

    private func stopPolling() {
        guard pollingSince != nil else { return }
        pollingSince = nil
        server.stopPolling()
    }

    private func suspend(_ handle: OpaquePointer) {
        state.isSuspended = true
        suspendedAt = server.loop.tickMilliseconds
        enter(.handling)
        MHD_suspend_connection(handle)
        server.startHangUpTimer()
    }

    private func resume() {
        guard let handle else { return }
        connection.stopHangUpWatch()
        if state.handler == .sent { enter(.answer) }
        server.resume(handle)
    }

    private func enter(_ phase: HTTPPhase) {
        connection.clock.enter(phase, now: server.loop.tickMilliseconds)
    }
}

extension Exchange {
    /// Gives the library the answer. False ends the connection.
    private func queueAnswer(_ handle: OpaquePointer) -> Bool {
        guard let response else { return false }
        self.response = nil
        return queue(response, handle)
    }

    private func queue(_ response: HTTPResponse, _ handle: OpaquePointer) -> Bool {
        state.handler = .sent
        stopPolling()
        server.libraryHasMore()
        if case .file = response.body {
            isSendingFile = true
            server.fileAnswers += 1
        }
        enter(.answer)
        guard let answer = LibraryAnswer(response, writer: writer, for: self) else { return false }
        if server.isStopping, !answer.isUpgrade { answer.add("Connection", "close") }
        return answer.queue(on: handle)
    }

    private func refuse(_ refusal: HTTPRefusal, _ handle: OpaquePointer) -> Bool {
        server.shared.events(.refused(refusal, address: connection.address))
        // An answer at the head ends the connection: the library marks it so.
        return queue(server.shared.refusal(refusal), handle)
    }

    /// The library has the whole head and has not asked about it yet: true only within its own look at the headers.
    var isHeadJustRead: Bool {
        guard head == nil, let handle else { return false }
        return kerege_head_size(handle) > 0
    }

    /// Answers before the library does, and keeps it from answering.
    func refuseOnSocket(_ refusal: HTTPRefusal) {
        server.shared.events(.refused(refusal, address: connection.address))
        write(server.shared.refusal(refusal))
        shutdown(connection.descriptor, Int32(SHUT_WR))
    }

    /// Answers in the middle of the body, where the library can't.
    private func writeAnswer() {
        guard let response else { return }
        self.response = nil
        write(response)
    }

    /// What does not fit into the socket's buffer is lost.
    private func write(_ response: HTTPResponse) {
        state.handler = .sent
        guard let text = AnswerText.bytes(of: response) else { return }
        text.withUnsafeBytes { bytes in
            _ = send(connection.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    /// The library wants more of a streamed answer.
    func pull(into buffer: UnsafeMutableRawBufferPointer) -> HTTPBodyWriter.Pull {
        guard let writer, let handle else { return .failed }
        let pull = writer.pull(into: buffer)
        server.libraryHasMore()
        if pull == .empty { suspend(handle) }
        return pull
    }

    /// The library has handed over the socket.
    func upgraded(_ accept: (UpgradedConnection) -> Void, _ early: UnsafeRawBufferPointer, _ descriptor: Int32, _ handle: OpaquePointer) {
        enter(.upgraded)
        let upgraded = UpgradedConnection(
            descriptor: descriptor, earlyBytes: [UInt8](early), remoteAddress: connection.address, handle: handle, server: server)
        server.remember(upgraded, handle: handle)
        accept(upgraded)
    }
}

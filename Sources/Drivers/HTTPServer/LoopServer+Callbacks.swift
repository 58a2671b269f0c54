import CLibMicroHTTPD
import EventLoops
import Glibc

// What libmicrohttpd calls: each only finds the object behind the pointer and tells it.
extension LoopServer {
    /// The request line is there. The target's query is hidden from the library, which would take it apart and store it.
    static func requestLineCallback(
        _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ handle: OpaquePointer?
    ) -> UnsafeMutableRawPointer? {
        guard let context, let handle, let connection = connection(of: handle) else { return nil }
        let server = Unmanaged<LoopServer>.fromOpaque(context).takeUnretainedValue()
        let exchange = Exchange(handle: handle, connection: connection, server: server)
        if let target, let mark = strchr(target, Int32(UInt8(ascii: "?"))) {
            // The library looks at what follows its own `?` only after this call.
            exchange.hiddenQuery = (target.distance(to: mark), UInt8(bitPattern: mark[1]))
            mark[1] = 0
        }
        connection.exchange = exchange
        return Unmanaged.passRetained(exchange).toOpaque()
    }

    static func requestCallback(
        _ handle: OpaquePointer?, _ method: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?,
        _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result {
        guard let pointer = context?.pointee, let size, let method else { return .NO }
        let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
        return exchange.called(method: method, data: UnsafeRawPointer(data), size: &size.pointee) ? .YES : .NO
    }

    static func completedCallback(_ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode) {
        guard let context, let pointer = context.pointee else { return }
        context.pointee = nil
        Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().ended(isAnswered: code == .REQUEST_TERMINATED_COMPLETED_OK)
    }

    static func connectionCallback(
        _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        _ code: MHD_ConnectionNotificationCode
    ) {
        guard let context, let handle, let slot else { return }
        let server = Unmanaged<LoopServer>.fromOpaque(context).takeUnretainedValue()
        if code == .CONNECTION_NOTIFY_STARTED {
            let connection = ClientConnection(handle, now: server.loop.tickMilliseconds)
            slot.pointee = Unmanaged.passRetained(connection).toOpaque()
            server.opened(connection)
        } else if let pointer = slot.pointee {
            slot.pointee = nil
            server.closed(Unmanaged<ClientConnection>.fromOpaque(pointer).takeRetainedValue())
        }
    }

    /// The library's log, of which one message matters: version 0.9.75 answers a malformed `Content-Length` with two heads. It says so before,
    /// so the client is answered and the socket's writing side closed first.
    static func logCallback(_ context: UnsafeMutableRawPointer?, _ format: UnsafePointer<CChar>?) {
        guard let context, let format, strstr(format, "Content-Length") != nil else { return }
        let server = Unmanaged<LoopServer>.fromOpaque(context).takeUnretainedValue()
        for connection in server.connections where connection.exchange?.isHeadJustRead == true {
            connection.exchange?.refuseOnSocket(.ambiguousLength)
        }
    }

    static func connection(of handle: OpaquePointer) -> ClientConnection? {
        guard let pointer = kerege_connection_context(handle) else { return nil }
        return Unmanaged<ClientConnection>.fromOpaque(pointer).takeUnretainedValue()
    }
}

extension LoopServer {
    private func opened(_ connection: ClientConnection) {
        connection.slot = connections.count
        connections.append(connection)
        startDeadlineTimer()
        if let counted = connection.countedAs, let addresses = shared.addresses, !addresses.add(counted) {
            shared.events(.tooManyConnections(address: connection.address))
            connection.cutOff()
        }
    }

    private func closed(_ connection: ClientConnection) {
        runAgain()  // the library goes back to accepting, where it was at its limit, only when it runs again
        connection.stopHangUpWatch()
        if let counted = connection.countedAs { shared.addresses?.remove(counted) }
        if let last = connections.popLast(), last !== connection {
            last.slot = connection.slot
            connections[connection.slot] = last
        }
        // Closing a socket with unread bytes resets the connection, and the client may lose the answer.
        if !connection.isCutOff, !isStopping, lingering.count < LingeringClose.limit, kerege_unread_bytes(connection.descriptor) > 0 {
            LingeringClose.start(connection.descriptor, on: self)
        }
        if connections.isEmpty { resumeEmptied() }
    }
}

import CLibUV

/// The reading end of a child's output.
final class OutputPipe: LoopHandle {
    private static let pieceSize = 65_536
    private var received: ((UnsafeRawBufferPointer) -> Void)?
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: OutputPipe.pieceSize, alignment: 16)

    private init(on loop: EventLoop, _ received: @escaping (UnsafeRawBufferPointer) -> Void) throws {
        self.received = received
        super.init(type: UV_NAMED_PIPE, on: loop)
        try EventLoopError.check(uv_pipe_init(loop.uv, pipe, 0), "uv_pipe_init")
        adopt()
    }

    deinit { buffer.deallocate() }

    /// A pipe for `output`, where it needs one.
    static func open(_ output: ChildProcess.Output, on loop: EventLoop) throws -> OutputPipe? {
        guard case .pipe(let received) = output else { return nil }
        return try OutputPipe(on: loop, received)
    }

    /// What libuv is told about `output`. `own` is the server's descriptor of the same number.
    static func container(_ output: ChildProcess.Output, _ pipe: OutputPipe?, own: Int32) -> uv_stdio_container_t {
        var container = uv_stdio_container_t()
        switch output {
        case .discarded: container.flags = UV_IGNORE
        case .inherited:
            container.flags = UV_INHERIT_FD
            container.data.fd = own
        case .descriptor(let descriptor):
            container.flags = UV_INHERIT_FD
            container.data.fd = descriptor
        case .pipe:
            container.flags = uv_stdio_flags(rawValue: UV_CREATE_PIPE.rawValue | UV_WRITABLE_PIPE.rawValue)
            container.data.stream = pipe?.stream
        }
        return container
    }

    /// Begins to read, until the end.
    func read() {
        uv_read_start(
            stream,
            { handle, _, result in
                guard let data = handle?.pointee.data, let result else { return }
                let pipe = Unmanaged<OutputPipe>.fromOpaque(data).takeUnretainedValue()
                result.pointee = uv_buf_init(pipe.buffer.assumingMemoryBound(to: CChar.self), UInt32(OutputPipe.pieceSize))
            },
            { handle, count, _ in
                guard let data = handle?.pointee.data, count != 0 else { return }
                Unmanaged<OutputPipe>.fromOpaque(data).takeUnretainedValue().deliver(count)
            })
    }

    override func didClose() { received = nil }

    private func deliver(_ count: Int) {
        guard let received else { return }
        if count < 0 { close() }
        received(UnsafeRawBufferPointer(start: buffer, count: max(count, 0)))
    }

    private var pipe: UnsafeMutablePointer<uv_pipe_t> { memory.assumingMemoryBound(to: uv_pipe_t.self) }
    private var stream: UnsafeMutablePointer<uv_stream_t> { memory.assumingMemoryBound(to: uv_stream_t.self) }
}

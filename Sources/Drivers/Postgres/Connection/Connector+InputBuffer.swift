internal import CLibPQ
internal import EventLoops

extension Connector {
    /// libpq's buffer for what comes in begins with 16 kB, grows for a row that doesn't fit, and never shrinks. After one long row a single `recv`
    /// takes what would be five.
    func widenInput(of raw: OpaquePointer, for size: Int) async throws(PostgresError) {
        guard PQsendQuery(raw, "SELECT repeat(' ', \(size))") == 1 else { throw Connector.failure(of: raw) }
        while true {
            while PQisBusy(raw) != 0 {
                await readiness(of: PQsocket(raw), for: .readable)
                if let failure { throw failure }
                guard PQconsumeInput(raw) == 1 else { throw Connector.failure(of: raw) }
            }
            guard let result = PQgetResult(raw) else { break }
            // A server that refuses it is one to work with all the same.
            PQclear(result)
        }
        guard PQstatus(raw) == CONNECTION_OK else { throw Connector.failure(of: raw) }
    }
}

extension PostgresRole {
    /// Bytes that make libpq's buffer 256 kB where answers to several come together, 64 kB where one has the connection; nil = as it is.
    var widestRow: Int? {
        switch self {
        case .lane(.fast): 140_000
        case .lane(.exclusive): 40_000
        case .session, .listener: nil
        }
    }
}

internal import EventLoops
internal import SQLText

extension Job {
    /// - Throws: `.invalidBind` for what PostgreSQL's text format has no form for.
    static func check(_ statements: [SQLStatement]) throws(PostgresError) {
        for (index, statement) in statements.enumerated() {
            if let bind = ParameterBuffer.firstInvalid(statement.binds) { throw .invalidBind(statement: index, bind: bind) }
        }
    }

    /// Submits the job, always, and waits for its end; the cancellation of the task cancels it.
    func run(on loop: EventLoop, _ submit: () -> Void) async {
        await withTaskCancellationHandler {
            await withJobContinuation { continuation in
                wait(continuation)
                submit()
            }
        } onCancel: {
            loop.execute { self.cancel() }
        }
    }
}

extension Connection {
    /// Sends the job and waits for its end; the cancellation of the task cancels it.
    func perform(_ job: Job) async {
        await job.run(on: loop) { send(job) }
    }

    /// Sends the job and waits for its end, whatever becomes of the task: for COMMIT and ROLLBACK.
    func performToTheEnd(_ job: Job) async {
        await withJobContinuation { continuation in
            job.wait(continuation)
            send(job)
        }
    }

    /// Asks the server to stop whatever runs here, whoever it belongs to; for a connection that is about to be closed.
    func cancelEverything() {
        guard jobsInFlight > 0 else { return }
        sendCancelRequest()
    }
}

internal import CLibPQ

extension Connection {
    /// Takes all results that are here.
    func receive() {
        while !isClosed, PQisBusy(raw) == 0, let operation = operations.first {
            if let result = PQgetResult(raw) {
                take(result, for: operation)
            } else {
                takeEnd(of: operation)
            }
        }
        if !isClosed, role == .listener { takeNotifications() }
    }

    private func take(_ result: OpaquePointer, for operation: Operation) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            takeSuccess(result, for: operation)
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            takeSync(for: operation)
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            if case .parse(let statement, _) = operation { cache.forget(statement) }
        case PGRES_FATAL_ERROR:
            defer { PQclear(result) }
            takeError(result, for: operation)
        default:
            // COPY, which no job of ours may ask for: there is no way back from it in a pipeline.
            PQclear(result)
            close(.misuse(.copy))
        }
    }

    private func takeSuccess(_ result: OpaquePointer, for operation: Operation) {
        switch operation {
        case .parse(let statement, _):
            PQclear(result)
            cache.confirm(statement)
        case .execute(_, let job), .script(let job):
            statements.answered &+= 1
            let now = ContinuousClock.now
            job.receive(PostgresResult(owning: result, elapsed: now - max(job.runningSince, answeredAt)))
            answeredAt = now
        case .sync, .tidy, .tidySync: PQclear(result)
        }
    }

    private func takeError(_ result: OpaquePointer, for operation: Operation) {
        guard let fault = ServerFault(result: result) else { return close() }
        let severity = ServerFault.severity(of: result)
        statements.failed &+= 1
        answeredAt = .now
        guard severity != "FATAL", severity != "PANIC" else { return close(state: fault.sqlState) }
        switch operation {
        case .parse(let statement, let job):
            cache.forget(statement)
            job.fail(fault)
        case .execute(let statement, let job):
            if let statement, fault.sqlState == .unknownStatementName { cache.forget(statement) }
            job.fail(fault)
        case .sync(let job), .script(let job): job.fail(fault)
        case .tidy, .tidySync: break
        }
    }

    /// The NULL after the results of one operation.
    private func takeEnd(of operation: Operation) {
        switch operation {
        case .parse, .execute, .tidy: operations.popFirst()
        case .sync, .tidySync:
            // One NULL follows an error that the Sync itself brought (a constraint checked at the end).
            strayNulls += 1
            if strayNulls > 2 { close() }
        case .script(let job):
            operations.popFirst()
            scriptIsRunning = false
            guard PQenterPipelineMode(raw) == 1 else { return close() }
            finish(job)
        }
    }

    private func takeSync(for operation: Operation) {
        strayNulls = 0
        switch operation {
        case .sync(let job):
            operations.popFirst()
            finish(job)
        case .tidySync: operations.popFirst()
        case .parse, .execute, .tidy, .script: close()
        }
    }

    private func finish(_ job: Job) {
        jobsInFlight -= 1
        job.finish()
        settle()
    }

    /// Sends what was held, and tells the owner if there was nothing and all is quiet.
    func settle() {
        if !held.isEmpty { sendHeld() }
        if !isClosed, isSettled { owner.connectionDidSettle(self) }
    }

    private func takeNotifications() {
        while let notification = PQnotifies(raw) {
            let heard = PostgresNotification(
                channel: String(cString: notification.pointee.relname), payload: String(cString: notification.pointee.extra),
                processID: notification.pointee.be_pid)
            PQfreemem(notification)
            owner.connection(self, didReceive: heard)
        }
    }
}

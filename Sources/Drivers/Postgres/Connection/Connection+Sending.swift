internal import CLibPQ
internal import EventLoops
internal import SQLText

extension Connection {
    /// Evicted statements are deallocated this many at a time.
    private static let tidyingThreshold = 16

    /// Sends a job, or holds it while a script runs or a cancel request is under way. The job is finished in any case, sooner or later.
    func send(_ job: Job) {
        loop.assertCurrent()
        guard !job.isFinished else { return }
        guard !isClosed else { return job.finish(.connectionLost(nil)) }
        if mustHold(job) || !held.isEmpty {
            job.becomeWaiting()
            held.append(job)
        } else {
            sendNow(job)
        }
    }

    /// Sends what was held, as far as it may go now.
    func sendHeld() {
        while let job = held.first, !isClosed, !mustHold(job) {
            held.popFirst()
            if !job.isFinished { sendNow(job) }
        }
    }

    private func mustHold(_ job: Job) -> Bool {
        if cancelIsOnItsWay || scriptIsRunning { return true }
        if case .script = job.kind { return !operations.isEmpty }
        return false
    }

    private func sendNow(_ job: Job) {
        job.becomeRunning(on: self)
        jobsInFlight += 1
        let isSent =
            switch job.kind {
            case .statements: sendStatements(of: job)
            case .script(let text): sendScript(text, of: job)
            case .lease: false
            }
        guard isSent else {
            // libpq refuses only when the connection is broken or memory is out: neither can go on.
            operations.append(.sync(job))
            return close()
        }
        flush()
    }

    private func sendStatements(of job: Job) -> Bool {
        if job.startsOutsideTransaction, cacheIsStale || cache.evicted.count >= Connection.tidyingThreshold {
            guard tidyCache() else { return false }
        }
        for statement in job.statements {
            if let trace { trace(role, statement.text) }
            guard preparesStatements && !job.isRetry ? sendPrepared(statement, of: job) : sendWhole(statement, of: job) else { return false }
        }
        operations.append(.sync(job))
        return PQpipelineSync(raw) == 1
    }

    private func sendPrepared(_ statement: SQLStatement, of job: Job) -> Bool {
        let prepared: PreparedStatement
        if let known = cache.find(statement.text) {
            prepared = known
        } else {
            prepared = cache.add(statement.text)
            operations.append(.parse(prepared, job))
            guard PQsendPrepare(raw, prepared.name, statement.text, 0, nil) == 1 else { return false }
        }
        parameters.fill(statement.binds)
        operations.append(.execute(prepared, job))
        return PQsendQueryPrepared(raw, prepared.name, Int32(statement.binds.count), parameters.values, nil, nil, 0) == 1
    }

    private func sendWhole(_ statement: SQLStatement, of job: Job) -> Bool {
        parameters.fill(statement.binds)
        operations.append(.execute(nil, job))
        return PQsendQueryParams(raw, statement.text, Int32(statement.binds.count), nil, parameters.values, nil, nil, 0) == 1
    }

    /// Takes prepared statements off the server, in a Sync of its own.
    private func tidyCache() -> Bool {
        if cacheIsStale {
            cacheIsStale = false
            cache.removeAll()
            guard sendTidying("DEALLOCATE ALL") else { return false }
        } else {
            for statement in cache.takeEvicted() {
                guard sendTidying("DEALLOCATE \(String(cString: statement.name))") else { return false }
            }
        }
        operations.append(.tidySync)
        return PQpipelineSync(raw) == 1
    }

    private func sendTidying(_ text: String) -> Bool {
        operations.append(.tidy)
        return PQsendQueryParams(raw, text, 0, nil, nil, nil, nil, 0) == 1
    }

    private func sendScript(_ text: String, of job: Job) -> Bool {
        scriptIsRunning = true
        if let trace { trace(role, text) }
        operations.append(.script(job))
        return PQexitPipelineMode(raw) == 1 && PQsendQuery(raw, text) == 1
    }
}

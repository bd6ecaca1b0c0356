internal import CLibPQ

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A statement and its parameters.
struct PostgresStatement: Sendable {
    let text: String
    let values: [PostgresValue]

    init(_ text: String, _ values: [PostgresValue] = []) {
        self.text = text
        self.values = values
    }
}

extension PostgresConnection {
    /// What is expected next, in the order in which it was sent.
    private enum Step {
        case prepared(text: String, name: String)
        case answer
    }

    /// Sends statements, waits for all answers, and for the server to be ready again: what is
    /// committed is durable then. Outside of a transaction that was begun, the statements are one.
    ///
    /// - Parameters:
    ///   - statements: run in order, up to the first that fails.
    ///   - mayCommit: whether the server may have kept a change when nothing more is heard of it.
    /// - Returns: an answer for each.
    /// - Throws: ``PostgresFailure``.
    func run(_ statements: [PostgresStatement], mayCommit: Bool) throws -> [PostgresRows] {
        try planAnew()
        notices.clear()
        do {
            let steps = try send(statements)
            let rows = try answers(to: steps)
            if mayCommit, let doubt = notices.doubt {
                throw PostgresFailure(
                    state: "01000", message: string.cleared(doubt), isUnknown: true)
            }
            checkedAt = .now
            return rows
        } catch var failure as PostgresFailure {
            let isCutOff = failure.isLost || ["08", "57P"].contains { failure.state.hasPrefix($0) }
            if mayCommit, isCutOff { failure.isUnknown = true }
            throw failure
        }
    }

    /// Plans are made once and kept. Those that were made when the tables had a few rows may be bad for
    /// many, so after 16 rounds, after 32, 64 and so on, all are made again.
    private func planAnew() throws {
        rounds += 1
        guard rounds >= 16, rounds.nonzeroBitCount == 1, !isInTransaction else { return }
        _ = try answers(to: try send([PostgresStatement("DISCARD PLANS")]))
    }

    /// Whether a transaction is open, sound or failed.
    var isInTransaction: Bool { PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// Whether the server has not hung up, as far as can be known without asking it.
    var isOpen: Bool {
        var entry = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard entry.fd >= 0, PQstatus(handle) == CONNECTION_OK else { return false }
        guard poll(&entry, 1, 0) > 0 else { return true }
        // Nothing was asked: what comes is a farewell, or a notice.
        return PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK
            && PQisBusy(handle) == 0 && !hasFarewell
    }

    /// A server that ends a session says so before it hangs up.
    private var hasFarewell: Bool {
        var entry = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return notices.doubt != nil || poll(&entry, 1, 0) > 0
    }

    // MARK: Sending

    private func send(_ statements: [PostgresStatement]) throws -> [Step] {
        var steps: [Step] = []
        var onTheWay: [String: String] = [:]
        for statement in statements {
            let text = statement.text
            var name = prepared[text] ?? onTheWay[text]
            if name == nil {
                names += 1
                let new = "t\(names)"
                let types = statement.values.map(\.type)
                try sent(PQsendPrepare(handle, new, text, Int32(types.count), types))
                steps.append(.prepared(text: text, name: new))
                onTheWay[text] = new
                name = new
            }
            try sent(send(name ?? "", statement.values))
            steps.append(.answer)
        }
        try sent(PQpipelineSync(handle))
        return steps
    }

    /// libpq copies the parameters.
    private func send(_ name: String, _ values: [PostgresValue]) -> Int32 {
        let lengths = values.map { Int32(clamping: $0.bytes?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: values.count)
        return Self.withPointers(to: values) { pointers in
            PQsendQueryPrepared(
                handle, name, Int32(values.count), pointers, lengths, formats, 1)
        }
    }

    private func sent(_ result: Int32) throws {
        guard result == 1 else {
            throw PostgresFailure(
                state: "", message: lastMessage, isLost: PQstatus(handle) != CONNECTION_OK)
        }
    }

    /// Shows all values, which are copied to one place. No bytes are still a value; a pointer that is
    /// none is NULL.
    private static func withPointers<Value>(
        to values: [PostgresValue], _ body: ([UnsafePointer<CChar>?]) -> Value
    ) -> Value {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.reduce(1) { $0 + ($1.bytes?.count ?? 0) })
        let starts = values.map { value in
            value.bytes.map { value in
                defer { bytes.append(contentsOf: value) }
                return bytes.count
            }
        }
        bytes.append(0)
        return bytes.withUnsafeBytes { bytes in
            let first = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            return body(starts.map { start in start.flatMap { start in first.map { $0 + start } } })
        }
    }

    // MARK: Waiting

    private func answers(to steps: [Step]) throws -> [PostgresRows] {
        let deadline = ContinuousClock.now + options.answerTimeout
        var rows: [PostgresRows] = []
        var failed: PostgresFailure?
        for step in steps {
            let answer = try answer(deadline, &failed)
            switch PQresultStatus(answer.result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                switch step {
                case .prepared(let text, let name): prepared[text] = name
                case .answer: rows.append(answer)
                }
            // What follows an error is passed over by the server, up to the end of the pipeline.
            default: break
            }
            guard try next(deadline) == nil else {
                throw PostgresFailure.lost("an answer came twice")
            }
        }
        // Only when the server is ready again is on disk what it committed by itself. An error of
        // the commit may come first.
        while PQresultStatus(try answer(deadline, &failed).result) != PGRES_PIPELINE_SYNC {
            guard failed != nil else { throw PostgresFailure.lost("an answer came unasked") }
        }
        if let failed { throw failed }
        return rows
    }

    /// The next answer, of which the first failure is noted. The last thing that a server says
    /// before it hangs up is thrown.
    private func answer(
        _ deadline: ContinuousClock.Instant, _ failed: inout PostgresFailure?
    ) throws -> PostgresRows {
        do {
            var result = try next(deadline)
            // The end of one statement's results stands before those of the next.
            if result == nil { result = try next(deadline) }
            guard let result else { throw PostgresFailure.lost("an answer is missing") }
            let answer = PostgresRows(result)
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_PIPELINE_ABORTED, PGRES_PIPELINE_SYNC:
                break
            default:
                failed = failed ?? failure(result)
                if PQstatus(handle) != CONNECTION_OK { throw PostgresFailure.lost(lastMessage) }
            }
            return answer
        } catch var failure as PostgresFailure {
            if let failed { failure = failed }
            failure.isLost = true
            throw failure
        }
    }

    /// The next result; nil where the results of one statement end.
    private func next(_ deadline: ContinuousClock.Instant) throws -> OpaquePointer? {
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else {
                // The server may have said why before it hung up.
                _ = PQconsumeInput(handle)
                if PQisBusy(handle) == 0, let result = PQgetResult(handle) { return result }
                throw PostgresFailure.lost(lastMessage)
            }
            if PQisBusy(handle) == 0 { return PQgetResult(handle) }
            try wait(deadline, isSending: unsent == 1)
            guard PQconsumeInput(handle) == 1 || PQisBusy(handle) == 0 else {
                throw PostgresFailure.lost(lastMessage)
            }
        }
    }

    private func wait(_ deadline: ContinuousClock.Instant, isSending: Bool) throws {
        let events = isSending ? POLLIN | POLLOUT : POLLIN
        var entry = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        while true {
            let left = deadline - .now
            guard left > .zero else {
                throw PostgresFailure.lost("the server has not answered in time")
            }
            let milliseconds = left.components.seconds * 1000 + 1000
            let ready = poll(&entry, 1, Int32(clamping: min(milliseconds, 60_000)))
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else {
                throw PostgresFailure.lost("the connection cannot be waited for")
            }
        }
    }
}

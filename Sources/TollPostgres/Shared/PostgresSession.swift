private import Foundation
internal import Logging
internal import PayWord

/// What a thread of the pool works with: a connection that is made when it is needed, and made anew
/// when it is lost. Used by that thread alone.
final class PostgresSession {
    private let string: ConnectionString
    private let options: PostgresOptions
    private let log: Logger
    private var connection: PostgresConnection?

    init(_ string: ConnectionString, _ options: PostgresOptions, _ log: Logger) {
        self.string = string
        self.options = options
        self.log = log
    }

    /// Does work on a connection. Work that the server ended in favour of another's, or of which
    /// nothing can have been kept because the connection was lost before, is done again.
    func perform<Value>(
        _ body: (PostgresConnection) throws -> Value
    ) -> Result<Value, Refusal> {
        var moves = 0
        var attempt = 1
        while true {
            do {
                let connection = try connected()
                let value = try body(connection)
                leave(connection)
                return .success(value)
            } catch let failure as PostgresFailure {
                if let connection { leave(connection, after: failure) }
                if failure.isConflict, attempt < options.transactionAttempts {
                    log.debug("a transaction is run again", metadata: ["state": "\(failure.state)"])
                    pause(attempt)
                    attempt += 1
                } else if failure.canMove, connectFailure == nil, moves < 2 {
                    moves += 1
                } else {
                    return .failure(failure.refusal)
                }
            } catch {
                if let connection { leave(connection) }
                return .failure(storageRefusal(error))
            }
        }
    }

    /// Tries a connection that was long without work, so that the next call need not find it dead.
    func checkIdle() {
        guard let connection, connection.checkedAt.duration(to: .now) >= options.idleCheckInterval
        else { return }
        do {
            guard connection.isOpen else { throw PostgresFailure.lost("closed by the server") }
            _ = try connection.rows("SELECT 1")
        } catch {
            drop(error)
        }
    }

    func close() { connection = nil }

    // MARK: Connecting

    /// Why the last attempt to connect failed; nil once one has succeeded.
    private var connectFailure: PostgresFailure?

    private func connected() throws -> PostgresConnection {
        if let connection {
            if connection.isOpen { return connection }
            drop(PostgresFailure.lost("closed by the server"))
        }
        var attempt = 1
        while true {
            do {
                let new = try PostgresConnection(string, options)
                if connectFailure != nil { log.notice("PostgreSQL answers again") }
                connectFailure = nil
                connection = new
                return new
            } catch let failure as PostgresFailure {
                connectFailure = failure
                // A wrong password will not do better next time.
                guard attempt < options.connectAttempts, !failure.isPermanent else {
                    throw failure
                }
                pause(attempt)
                attempt += 1
            }
        }
    }

    private func leave(_ connection: PostgresConnection, after failure: PostgresFailure? = nil) {
        let mustEnd = failure?.endsConnection ?? false
        if mustEnd || !connection.leaveTransaction() {
            drop(failure ?? PostgresFailure.lost("closed by the server"))
        }
    }

    private func drop(_ error: any Error) {
        connection = nil
        log.warning(
            "a connection to PostgreSQL was lost",
            metadata: ["reason": "\(storageRefusal(error).detail)"])
    }

    /// Waits on this thread: 20 to 40 ms, then twice that, and so on up to a second.
    private func pause(_ attempt: Int) {
        let longest = min(1, 0.04 * Double(1 << min(attempt - 1, 10)))
        Thread.sleep(forTimeInterval: Double.random(in: longest / 2...longest))
    }
}

extension PostgresFailure {
    /// A failure to connect that lasts until a person has done something.
    fileprivate var isPermanent: Bool { ["28P01", "28000", "3D000"].contains(state) }
}

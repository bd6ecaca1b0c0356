internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Reads a request's body, bounded in size and in time.
///
/// A body that promises too much is refused before a byte of it is read; one that promises nothing,
/// as soon as it has grown too large. Memory is taken for what has arrived, never for what was
/// promised. A body must keep up with a least rate; one that stands still altogether is ended by the
/// connection's idle time.
struct BodyReader: Sendable {
    let bytesMaximum: Int
    let graceTime: Duration
    let bytesPerSecondMinimum: Int
    /// The time since any fixed moment.
    let now: @Sendable () -> Duration

    init(
        bytesMaximum: Int, limits: ServerLimits, now: @escaping @Sendable () -> Duration = monotonic
    ) {
        self.bytesMaximum = bytesMaximum
        graceTime = limits.bodyGraceTime
        bytesPerSecondMinimum = limits.bodyBytesPerSecondMinimum
        self.now = now
    }

    /// The whole body.
    /// - Throws: an ``APIFault``: `too-large`, `timed-out`, or `malformed` if it broke off.
    func read(_ request: Request) async throws -> [UInt8] {
        let declared = request.headers[.contentLength].map { Int($0) ?? .max }
        guard declared ?? 0 <= bytesMaximum else { throw APIFault.tooLarge(maximum: bytesMaximum) }
        let start = now()
        var bytes: [UInt8] = []
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= bytesMaximum else {
                    throw APIFault.tooLarge(maximum: bytesMaximum)
                }
                bytes.append(contentsOf: part.readableBytesView)
                guard isFastEnough(bytes.count, after: now() - start) else {
                    throw APIFault.tooSlow
                }
            }
        } catch let fault as APIFault {
            throw fault
        } catch {
            throw APIFault.brokenOff
        }
        guard declared ?? bytes.count == bytes.count else { throw APIFault.brokenOff }
        return bytes
    }

    private func isFastEnough(_ count: Int, after time: Duration) -> Bool {
        let counted = time - graceTime
        guard counted > .zero else { return true }
        return Double(count) >= Double(bytesPerSecondMinimum) * (counted / .seconds(1))
    }

    /// The time since this program's own fixed moment, by a clock that is never set back.
    static let monotonic: @Sendable () -> Duration = {
        let start = ContinuousClock.now
        return { ContinuousClock.now - start }
    }()
}

internal import AsyncHTTPClient
public import Logging
internal import NIOCore
internal import NIOHTTP1
public import PayWord
internal import Synchronization

/// A broker over HTTP, as merchants and wallets need it.
///
/// What fails for the moment is tried again with the same bytes, within a total time: connections
/// that break, the statuses 502, 503 and 504, and problems with the reasons `busy`, `internal`,
/// `storage-failed` and `rate-limited`. When the time is over, the last refusal that the broker gave
/// is thrown, or `timed-out` if it gave none. Redirects are not followed, answers are bounded in
/// size, and plain HTTP off loopback is refused unless it is allowed by name.
///
/// ```swift
/// let broker = try BrokerClient("https://broker.example", logger: logger)
/// let description = try await broker.describe()
/// await broker.shutdown()
/// ```
public final class BrokerClient: Sendable {
    let address: BrokerAddress
    private let configuration: BrokerClientConfiguration
    let http: HTTPClient
    private let logger: Logger
    private let pacing: Pacing
    /// Whether somebody has listened at the address.
    private let wasReached = Mutex(false)

    /// A client of the broker at `address`, such as `https://broker.example`. Nothing is sent yet.
    /// - Throws: `malformed` for what is not an address, and `insecure-transport` for plain HTTP off
    ///   loopback that is not allowed by name.
    public convenience init(
        _ address: String, configuration: BrokerClientConfiguration = BrokerClientConfiguration(),
        logger: Logger
    ) throws(Refusal) {
        try self.init(address, configuration: configuration, logger: logger, pacing: Pacing())
    }

    init(
        _ address: String, configuration: BrokerClientConfiguration, logger: Logger, pacing: Pacing
    ) throws(Refusal) {
        self.address = try BrokerAddress(
            address, allowsPlainHTTPOffLoopback: configuration.allowsPlainHTTPOffLoopback)
        self.configuration = configuration
        self.logger = logger
        self.pacing = pacing
        var http = HTTPClient.Configuration(
            tlsConfiguration: configuration.trust.configuration, redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(clamping: configuration.connectTime),
                read: TimeAmount(clamping: configuration.silenceTime)),
            decompression: .disabled)
        http.httpVersion = .http1Only
        // The loop below is the one place that tries again.
        http.connectionPool.retryConnectionEstablishment = false
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: http)
    }

    /// Closes the connections. Requests under way fail.
    public func shutdown() async {
        try? await http.shutdown()
    }

    deinit {
        // An HTTPClient must be shut down before it goes. If that was done already, this reports an
        // error that nobody needs.
        http.shutdown { _ in }
    }

    /// Sends an object to its route, under a trace that both sides write into their logs.
    func post(
        _ route: BrokerRoute, _ object: [UInt8], trace: TraceParent = TraceParent()
    ) async throws(Refusal) -> [UInt8] {
        guard object.count <= route.requestBytesMaximum else {
            throw Refusal(
                .tooLarge,
                "the broker takes \(route.requestBytesMaximum) bytes, not \(object.count)")
        }
        var request = HTTPClientRequest(url: address.url(route.path))
        request.method = .POST
        request.headers.add(name: "content-type", value: route.kind.contentType)
        request.body = .bytes(ByteBuffer(bytes: object))
        let isLong = route == .redemptions
        return try await send(
            request, trace, answerBytesMaximum: route.answerBytesMaximum,
            attemptTime: isLong ? configuration.redemptionTime : configuration.attemptTime,
            totalTime: isLong ? configuration.redemptionTime : configuration.totalTime)
    }

    /// Asks for the broker's description.
    func getDescription() async throws(Refusal) -> [UInt8] {
        try await send(
            HTTPClientRequest(url: address.url(BrokerRoute.description)), TraceParent(),
            answerBytesMaximum: BrokerRoute.descriptionBytesMaximum,
            attemptTime: configuration.attemptTime, totalTime: configuration.totalTime)
    }

    private func send(
        _ request: HTTPClientRequest, _ trace: TraceParent, answerBytesMaximum: Int,
        attemptTime: Duration, totalTime: Duration
    ) async throws(Refusal) -> [UInt8] {
        var request = request
        request.headers.add(name: "user-agent", value: "tollchain/1")
        request.headers.add(name: TraceParent.headerName, value: trace.header)
        request.headers.add(
            name: "accept", value: "\(BrokerRoute.answerContentType), \(Problem.contentType)")
        let start = pacing.now()
        let deadline = start + totalTime
        var attempts = 0
        var lastAnswer: Refusal?
        while true {
            attempts += 1
            let time = min(attemptTime, deadline - pacing.now())
            let attempt = await once(
                request, answerBytesMaximum: answerBytesMaximum, within: time)
            let failure: Refusal
            var (asked, end): (Duration?, Duration) = (nil, deadline)
            switch attempt {
            case .answered(let bytes):
                wasReached.withLock { $0 = true }
                return bytes
            case .refused(let refusal): throw refusal
            case .unfinished(let refusal, let wait):
                wasReached.withLock { $0 = true }
                (failure, asked) = (refusal, wait)
            case .unreached(let refusal):
                failure = refusal
                if !wasReached.withLock(\.self) {
                    end = min(deadline, start + configuration.unreachedTime)
                }
            }
            if failure.reason != .timedOut { lastAnswer = failure }
            let delay = configuration.retries.delay(
                after: attempts, asked: asked, random: pacing.random())
            guard attempts < configuration.retries.attemptsMaximum,
                pacing.now() + delay < end
            else { throw lastAnswer ?? Self.gaveUp(failure, attempts) }
            if attempts == 1 { configuration.onFirstRetry?(failure, end - pacing.now()) }
            logger.debug(
                "trying the broker again",
                metadata: [
                    "reason": "\(failure.reason.code)", "attempt": "\(attempts)",
                    "trace_id": "\(trace.traceID)",
                ])
            do { try await pacing.pause(delay) } catch {
                throw Refusal(.timedOut, "the request to \(address) was called off")
            }
        }
    }

    private static func gaveUp(_ failure: Refusal, _ attempts: Int) -> Refusal {
        Refusal(.timedOut, failure.detail + (attempts > 1 ? ", after \(attempts) tries" : ""))
    }

    private func once(
        _ request: HTTPClientRequest, answerBytesMaximum: Int, within time: Duration
    ) async -> BrokerAttempt {
        let end = pacing.now() + time
        do {
            let response = try await http.execute(
                request, deadline: .now() + TimeAmount(clamping: time))
            return try await .reading(
                response, bytesMaximum: answerBytesMaximum, stop: { [pacing] in pacing.now() > end }
            )
        } catch {
            return .failing(error, address)
        }
    }
}

internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import PayWord

/// Turns every fault into a problem, gives each answer its request's id, writes one log line a
/// request, and sees to it that no connection outlives a request that it cannot finish.
///
/// Bodies are never logged, and what is logged of a stranger's text is escaped.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = BrokerRequestContext

    let limits: ServerLimits

    func handle(
        _ request: Request, context: BrokerRequestContext,
        next: (Request, BrokerRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        // A stranger's trace is a name to search by, and so bounded in form as any.
        let trace =
            request.headers[.traceParent].flatMap { TraceParent(header: $0) } ?? TraceParent()
        context.logger[metadataKey: "trace_id"] = "\(trace.traceID)"
        context.logger[metadataKey: "span_id"] = "\(trace.spanID)"
        var fault: APIFault?
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            let found = self.fault(of: error, for: request, logger: context.logger)
            response = Self.respond(found)
            fault = found
        }
        response.headers[.requestID] = context.requestID
        let isRead = fault?.bodyWasRead ?? (request.method == .post)
        bound(&response, on: context.channel, isLast: request.promisesBody && !isRead)
        log(request, response, fault, ContinuousClock.now - start, context.logger)
        return response
    }

    private func fault(of error: any Error, for request: Request, logger: Logger) -> APIFault {
        switch error {
        case let fault as APIFault:
            return fault
        case let refusal as Refusal:
            let headers: HTTPFields =
                [.busy, .rateLimited].contains(refusal.reason) ? [.retryAfter: "1"] : [:]
            return APIFault(refusal, bodyWasRead: true, headers: headers)
        case let error as HTTPError where error.status == .notFound:
            return Self.missing(request.uri.path)
        default:
            logger.error(
                "a request failed",
                metadata: [
                    "error": "\(PrintableText.escape("\(error)", scalarsMaximum: 400))"
                ])
            return APIFault(Refusal(.internal), bodyWasRead: false)
        }
    }

    /// What is wrong with a request that the router has no answer to: its path, or its method alone.
    private static func missing(_ path: String) -> APIFault {
        let plain = "/" + path.split(separator: "/").joined(separator: "/")
        if BrokerRoute.allCases.contains(where: { $0.path == plain }) {
            return .wrongMethod(allowed: "POST")
        }
        if plain == BrokerRoute.description || plain == BrokerRoute.health {
            return .wrongMethod(allowed: "GET, HEAD")
        }
        return .noRoute(path)
    }

    private static func respond(_ fault: APIFault) -> Response {
        var headers = fault.headers
        headers[.contentType] = Problem.contentType
        return Response(
            status: HTTPResponse.Status(code: fault.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: fault.problem.encoded)))
    }

    /// Bounds how long the answer may take to be read. After the last one of a connection, what
    /// still comes in is thrown away for a moment, so that the client gets to read the answer, and
    /// then the connection is closed.
    private func bound(_ response: inout Response, on channel: any Channel, isLast: Bool) {
        if isLast { response.headers[.connection] = "close" }
        let body = response.body
        let limits = limits
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            let timer = channel.eventLoop.scheduleTask(in: TimeAmount(clamping: limits.answerTime))
            {
                channel.close(promise: nil)
            }
            defer { timer.cancel() }
            try await body.write(writer)
            guard isLast else { return }
            // What was written may still stand in the event loop's queue, where a scheduled task
            // could overtake it; so the wait begins behind it.
            channel.eventLoop.execute {
                channel.eventLoop.scheduleTask(in: TimeAmount(clamping: limits.lingerTime)) {
                    channel.close(promise: nil)
                }
            }
        }
    }

    private func log(
        _ request: Request, _ response: Response, _ fault: APIFault?, _ time: Duration,
        _ logger: Logger
    ) {
        var metadata: Logger.Metadata = [
            "method": "\(PrintableText.escape(request.method.rawValue, scalarsMaximum: 16))",
            "path": "\(PrintableText.escape(request.uri.path, scalarsMaximum: 100))",
            "status": "\(response.status.code)",
            "milliseconds": "\(Int(time / .milliseconds(1)))",
        ]
        if let fault {
            metadata["reason"] = "\(fault.refusal.reason.code)"
            metadata["detail"] =
                "\(PrintableText.escape(fault.refusal.detail, scalarsMaximum: 400))"
        }
        let isOwnFault = response.status.code >= 500
        logger.log(level: isOwnFault ? .warning : .debug, "request", metadata: metadata)
    }
}

extension HTTPField.Name {
    // The names are literals of token characters, so this initialiser cannot fail; `date` is never
    // reached.
    fileprivate static let requestID = HTTPField.Name("X-Request-Id") ?? .date
    fileprivate static let traceParent = HTTPField.Name(TraceParent.headerName) ?? .date
}

extension Request {
    fileprivate var promisesBody: Bool {
        headers[.transferEncoding] != nil || headers[.contentLength].map { $0 != "0" } ?? false
    }
}

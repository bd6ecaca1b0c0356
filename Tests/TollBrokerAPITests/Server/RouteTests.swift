import FixtureKit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PayWord
import Testing

@testable import TollBrokerAPI

@Suite struct RouteTests {
    let samples: Samples

    init() throws { samples = try Samples() }

    private func serve<Result>(
        _ service: any BrokerService, limits: ServerLimits = ServerLimits(),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ test: @Sendable (any TestClientProtocol) async throws -> Result
    ) async throws -> Result {
        var configuration = BrokerServerConfiguration()
        configuration.limits = limits
        let server = try BrokerServer(
            service: service, configuration: configuration, logger: logger)
        return try await server.application.test(.router, test)
    }

    private func problem(_ response: TestResponse) throws -> Problem {
        #expect(response.headers[.contentType] == "application/problem+json")
        return try Problem(decoding: Array(response.body.readableBytesView))
    }

    private func post(
        _ client: any TestClientProtocol, _ route: BrokerRoute, _ body: [UInt8]?,
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var all = headers
        if all[.contentType] == nil { all[.contentType] = route.kind.contentType }
        return try await client.execute(
            uri: route.path, method: .post, headers: all, body: body.map { ByteBuffer(bytes: $0) })
    }

    @Test(arguments: BrokerRoute.allCases)
    func everyRouteTakesItsObjectAndAnswers(route: BrokerRoute) async throws {
        let broker = try FaithfulBroker()
        try await serve(broker) { client in
            let object = try samples.encoded(route.kind)
            let response = try await post(client, route, object)
            #expect(broker.requests == [object])
            #expect(response.headers[HTTPField.Name("X-Request-Id") ?? .date]?.isEmpty == false)
            if route.answerBytesMaximum == 0 {
                #expect(response.status == .noContent && response.body.readableBytes == 0)
            } else {
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "application/cbor")
            }
        }
    }

    @Test(arguments: BrokerRoute.allCases)
    func everyRouteRefusesAnObjectOfAnotherKind(route: BrokerRoute) async throws {
        let broker = try FaithfulBroker()
        try await serve(broker) { client in
            let other = route == .closes ? ObjectKind.enrolment : .close
            let response = try await post(client, route, try samples.encoded(other))
            #expect(response.status == .badRequest)
            #expect(try problem(response).reason == "malformed")
            #expect(broker.requests.isEmpty)
        }
    }

    @Test func theDescriptionIsForAnyone() async throws {
        try await serve(try FaithfulBroker()) { client in
            let response = try await client.execute(uri: "/v1/broker", method: .get)
            #expect(response.status == .ok)
            let description = try BrokerDescription(
                decoding: Array(response.body.readableBytesView))
            #expect(description.root == samples.parties.broker.publicKey)
            let head = try await client.execute(uri: "/v1/broker", method: .head)
            #expect(head.status == .ok && head.body.readableBytes == 0)
        }
    }

    @Test func theHealthCheckAnswers() async throws {
        try await serve(try FaithfulBroker()) { client in
            let response = try await client.execute(uri: "/healthz", method: .get)
            #expect(response.status == .ok && String(buffer: response.body) == "ok\n")
        }
    }

    @Test func theSettlementIsTheBrokersOwnBytesEveryTime() async throws {
        try await serve(try FaithfulBroker()) { client in
            let redemption = try samples.redemption.encoded
            let first = try await post(client, .redemptions, redemption)
            let second = try await post(client, .redemptions, redemption)
            #expect(Array(first.body.readableBytesView) == (try samples.settlementAnswer.encoded))
            #expect(first.body == second.body)
        }
    }

    @Test func aRefusalIsAProblemWithItsReason() async throws {
        let broker = try FaithfulBroker { (_) throws(Refusal) in
            throw Refusal(.batchConflict, "another redemption has this id", at: 12)
        }
        try await serve(broker) { client in
            let response = try await post(client, .redemptions, try samples.redemption.encoded)
            #expect(response.status.code == 409)
            #expect(
                try problem(response)
                    == Problem(Refusal(.batchConflict, "another redemption has this id", at: 12)))
            let text = String(buffer: response.body)
            #expect(text.contains(#""type":"urn:tollchain:reason:batch-conflict""#))
            #expect(text.contains(#""detail":"another redemption has this id (at byte 12)""#))
            #expect(text.contains(#""number":32"#) && text.contains(#""retryable":false"#))
            #expect(text.contains(#""hint":"draw a new batch id for other content""#))
        }
    }

    @Test func aMalformedObjectGetsTheReasonOfItsFault() async throws {
        let good = try samples.encoded(.enrolment)
        var altered = good
        altered[altered.count - 1] ^= 1
        let cases: [([UInt8], String)] = [
            ([], "malformed"), ([0xff], "malformed"), (Array(good.dropLast()), "malformed"),
            (good + [0], "malformed"), (altered, "bad-signature"),
        ]
        try await serve(try FaithfulBroker()) { client in
            for (body, reason) in cases {
                let response = try await post(client, .enrolments, body)
                #expect(try problem(response).reason == reason)
            }
        }
    }

    @Test func aWrongContentTypeIsRefused() async throws {
        let broker = try FaithfulBroker()
        try await serve(broker) { client in
            let body = try samples.encoded(.enrolment)
            let kinds: [HTTPFields] = [
                [.contentType: "application/json"], [.contentType: ""],
                [.contentType: ObjectKind.close.contentType],
                [.contentType: ObjectKind.enrolment.contentType, .contentEncoding: "gzip"],
            ]
            for headers in kinds {
                let response = try await post(client, .enrolments, body, headers: headers)
                #expect(response.status.code == 415)
                #expect(try problem(response).status == 415)
            }
            let odd: HTTPFields = [
                .contentType: "Application/Tollchain.ENROLMENT+cbor ; charset=binary"
            ]
            #expect(
                try await post(client, .enrolments, body, headers: odd).status == .ok)
            #expect(broker.requests.count == 1)
        }
    }

    @Test func aWrongMethodIsToldTheRightOne() async throws {
        try await serve(try FaithfulBroker()) { client in
            for (path, method, allowed) in [
                ("/v1/closes", HTTPRequest.Method.get, "POST"), ("/v1/redemptions/", .put, "POST"),
                ("/v1/broker", .post, "GET, HEAD"), ("/healthz", .delete, "GET, HEAD"),
            ] {
                let response = try await client.execute(uri: path, method: method)
                #expect(response.status.code == 405)
                #expect(response.headers[.allow] == allowed)
                #expect(try problem(response).hint == "use \(allowed)")
            }
        }
    }

    @Test func anUnknownPathIsAProblemToo() async throws {
        try await serve(try FaithfulBroker()) { client in
            for path in ["/", "/v1", "/v2/closes", "/v1/closes/7", "/v1/broker/x"] {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.status == .notFound)
                #expect(try problem(response).reason == "unknown-resource")
            }
        }
    }

    @Test func aFaultOfTheBrokerTellsNothingOfItsInside() async throws {
        struct Leak: Error { let secret = "hunter2" }
        let log = RecordingLog()
        let router = Router(context: BrokerRequestContext.self)
        router.add(middleware: ProblemMiddleware(limits: ServerLimits()))
        router.post("/v1/closes") { _, _ -> Response in throw Leak() }
        try await Application(responder: router.buildResponder(), logger: log.logger).test(.router)
        {
            client in
            let response = try await client.execute(uri: "/v1/closes", method: .post)
            #expect(response.status == .internalServerError)
            #expect(try problem(response).reason == "internal")
            #expect(!String(buffer: response.body).contains("hunter2"))
        }
    }

    @Test(arguments: BrokerRoute.allCases)
    func threat22ABodyThatPromisesTooMuchIsRefusedUnread(route: BrokerRoute) async throws {
        let broker = try FaithfulBroker()
        try await serve(broker) { client in
            for promise in ["\(route.requestBytesMaximum + 1)", "99999999999999999999999"] {
                let response = try await post(
                    client, route, nil, headers: [.contentLength: promise])
                #expect(response.status == .contentTooLarge)
                #expect(try problem(response).reason == "too-large")
                #expect(response.headers[.connection] == "close")
            }
            #expect(broker.requests.isEmpty)
        }
    }

    @Test func threat22AByteBeyond64MiBIsTooLarge() async throws {
        let broker = try FaithfulBroker()
        try await serve(broker) { client in
            let body = [UInt8](repeating: 0, count: 64 * 1024 * 1024 + 1)
            let response = try await post(client, .redemptions, body)
            #expect(response.status == .contentTooLarge && broker.requests.isEmpty)
        }
    }

    @Test func threat36AStoreFailureIsNoAcknowledgement() async throws {
        let broker = try FaithfulBroker { (_) throws(Refusal) in throw Refusal(.storageFailed) }
        try await serve(broker) { client in
            for route in BrokerRoute.allCases {
                let response = try await post(client, route, try samples.encoded(route.kind))
                #expect(response.status == .serviceUnavailable)
                let problem = try problem(response)
                #expect(problem.reason == "storage-failed" && problem.retryable)
            }
        }
    }

    @Test func threat40NothingInALogLineIsObeyedByATerminal() async throws {
        let log = RecordingLog()
        let evil = "\u{1b}[2J\r\nlevel=info forged \u{202e}"
        let broker = try FaithfulBroker { (_) throws(Refusal) in throw Refusal(.malformed, evil) }
        try await serve(broker, logger: log.logger) { client in
            _ = try await post(client, .closes, try samples.encoded(.close))
            _ = try await client.execute(uri: "/a%1b%0ab/\u{85}", method: .get)
        }
        #expect(log.lines.contains { $0.contains("forged") })
        for line in log.lines {
            #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .format })
        }
    }

    @Test func aRequestsLinesShareItsTrace() async throws {
        let log = RecordingLog()
        let trace = TraceParent()
        let name = try #require(HTTPField.Name(TraceParent.headerName))
        try await serve(try FaithfulBroker(), logger: log.logger) { client in
            let object = try samples.encoded(.close)
            _ = try await post(client, .closes, object, headers: [name: trace.header])
            _ = try await post(client, .closes, object, headers: [name: "00-none-of-it-00"])
        }
        let lines = log.lines.filter { $0.contains("path=/v1/closes") }
        #expect(lines.count == 2)
        #expect(lines.first?.contains("trace_id=\(trace.traceID)") == true)
        #expect(lines.first?.contains("span_id=\(trace.spanID)") == true)
        #expect(lines.last?.contains("none-of-it") == false)
        #expect(lines.last?.contains("trace_id=") == true)
    }

    @Test func noBodyReachesTheLog() async throws {
        let log = RecordingLog()
        try await serve(try FaithfulBroker(), logger: log.logger) { client in
            _ = try await post(client, .redemptions, try samples.redemption.encoded)
            _ = try await post(client, .enrolments, Array("a body of words".utf8))
        }
        let payword = try samples.payword(0, 700).payword
        #expect(!log.lines.isEmpty)
        for line in log.lines {
            #expect(!line.contains("a body of words"))
            #expect(!line.contains(Hex.encode(payword.bytes)))
        }
    }
}

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import StoreConformance
import Synchronization
import Testing
import TollMerchant

@testable import TollOperator

struct OperatorServerTests {
    private let metrics = MetricsRegistry()

    private func ask(
        _ path: String, _ readiness: Readiness, method: HTTPRequest.Method = .get
    ) async throws -> (status: Int, body: String) {
        let server = OperatorServer(
            host: "127.0.0.1", port: 0, metrics: metrics, readiness: readiness,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await server.application.test(.router) { client in
            try await client.execute(uri: path, method: method) { response in
                (response.status.code, String(buffer: response.body))
            }
        }
    }

    @Test func figuresAreServedAsPrometheusReadsThem() async throws {
        metrics.addGauge("waiting") { 7 }
        let answer = try await ask("/metrics", Readiness([]))
        #expect(answer.status == 200)
        #expect(answer.body == "# TYPE waiting gauge\nwaiting 7\n")
    }

    @Test func theProcessLivesWhateverFails() async throws {
        let readiness = Readiness([ReadinessCheck("store") { "storage-failed" }])
        #expect(try await ask("/healthz", readiness).status == 200)
    }

    @Test func aServiceIsReadyWhileItsStoreIs() async throws {
        let fault = Mutex<String?>(nil)
        let readiness = Readiness([
            ReadinessCheck("store") { fault.withLock(\.self) },
            ReadinessCheck("broker", isFatal: false) { "timed-out" },
        ])
        let ready = try await ask("/readyz", readiness)
        #expect(ready.status == 200)
        let broker = #"{"fatal":false,"fault":"timed-out","name":"broker","ok":false}"#
        #expect(ready.body.contains(broker))
        fault.withLock { $0 = "storage-failed" }
        let failed = try await ask("/readyz", readiness)
        #expect(failed.status == 503)
        #expect(failed.body.contains(#""fault":"storage-failed","name":"store""#))
        #expect(failed.body.contains(#""ready":false"#))
    }

    @Test func aServiceThatStopsIsNotReady() async throws {
        let readiness = Readiness([])
        readiness.drain()
        let answer = try await ask("/readyz", readiness)
        #expect(answer.status == 503 && answer.body.contains("draining"))
    }

    @Test func aCheckThatHangsIsAFault() async throws {
        let readiness = Readiness(
            [
                ReadinessCheck("store") {
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                    return nil
                }
            ],
            timeLimit: .milliseconds(1))
        let report = await readiness.report()
        #expect(!report.isReady)
        #expect(report.findings.last?.fault == "timed-out")
    }

    @Test func nothingElseIsServed() async throws {
        #expect(try await ask("/", Readiness([])).status == 404)
        #expect(try await ask("/metrics", Readiness([]), method: .post).status != 200)
    }

    @Test(arguments: ChannelStoreCheck.allCases)
    func aMeasuredStoreKeepsThePromise(_ check: ChannelStoreCheck) async throws {
        try await check.run(on: MeasuredChannelStore(MemoryChannelStore()))
    }
}

import PayWord
import Testing

@testable import TollBrokerAPI

struct TraceParentTests {
    @Test func theStandardsOwnExampleIsRead() throws {
        // W3C Trace Context, section 3.2.3.
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let trace = try #require(TraceParent(header: header))
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.spanID == "00f067aa0ba902b7")
        #expect(TraceParent(header: trace.header) == trace)
    }

    @Test func aRedemptionsTraceIsItsBatch() throws {
        let batch = try #require(BatchID(hex: "000102030405060708090a0b0c0d0e0f"))
        let trace = TraceParent(of: batch)
        #expect(trace.traceID == batch.hex)
        #expect(TraceParent(header: trace.header) == trace)
        #expect(TraceParent() != TraceParent())
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "00-4bf92f3577b34da6a3ce929d0e0e473\n-00f067aa0ba902b7-01",
    ])
    func whatIsNoTraceIsPassedOver(header: String) { #expect(TraceParent(header: header) == nil) }
}

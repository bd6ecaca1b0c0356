import FixtureKit
import Testing
import TollConformance

/// Every case goes through the same door as another implementation's: a line in, a line out.
@Test(arguments: [
    ("amounts", 55), ("cbor", 50), ("chains", 45), ("frames", 120), ("keys", 45), ("merkle", 55),
    ("objects", 1_000), ("sessions", 140), ("settlements", 70), ("wallet", 40),
])
func everyCaseIsAnsweredAsItSays(subject: String, minimum: Int) async throws {
    let stub = ConformanceStub()
    let cases = try FixtureFolder.ofRepository.cases.filter { $0.subject == subject }
    #expect(cases.count >= minimum)
    for item in cases {
        let answer = await stub.answer(Array(item.request.line.utf8))
        let fault = item.fault(of: try JSONValue(parsing: Array(answer.utf8)))
        #expect(fault == nil, "\(item.id) (\(item.description)): \(fault ?? "")\n\(answer)")
    }
}

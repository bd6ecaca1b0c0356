import FixtureKit
import Testing
import TollConformance

/// Every case goes through the same door as another implementation's: a line in, a line out.
@Test(arguments: [
    ("amounts", 45), ("cbor", 50), ("chains", 30), ("frames", 60), ("keys", 30),
    ("objects", 250), ("sessions", 30), ("settlements", 25),
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

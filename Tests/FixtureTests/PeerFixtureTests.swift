import FixtureKit
import PayWord
import PeerProtocol
import Testing
import TollConformance

@Test func threat29AFrameThatPromisesMoreThanTheLimitIsRefusedAtItsLength() {
    for length: UInt32 in [65_537, 1 << 31, .max] {
        var decoder = FrameDecoder()
        decoder.append(withUnsafeBytes(of: length.bigEndian) { Array($0) })
        #expect(throws: Refusal(.tooLarge)) { try decoder.next() }
    }
}

@Test func theSmallestPaymentsFrameHasAtMost64Bytes() throws {
    let cases = try FixtureFolder.ofRepository.cases
    let item = try #require(cases.first { $0.id == "frame-small-pay" })
    let frame = try [UInt8](hex: try #require(item.request["frame"]?.asText))
    #expect(frame.count <= 64)
}

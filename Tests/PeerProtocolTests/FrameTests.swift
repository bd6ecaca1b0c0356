import FixtureKit
import PayWord
import PeerProtocol
import Testing

@Test func framesComeOutAsTheyWentInHoweverTheStreamIsChopped() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededRandom(seed: seed)
    let messages = try Samples.messages()
    var encoder = FrameEncoder()
    for message in messages { try encoder.write(message) }
    let stream = encoder.take()
    #expect(encoder.bytes.isEmpty)
    for chunkMaximum in [1, 2, 3, 7, 64, stream.count] {
        var decoder = FrameDecoder()
        var decoded: [PeerMessage] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(1 + generator.upTo(chunkMaximum - 1))
            rest = rest.dropFirst(chunk.count)
            decoder.append(chunk)
            while let body = try decoder.next() { decoded.append(try PeerMessage(decoding: body)) }
        }
        #expect(decoded == messages)
        #expect(decoder.count == 0)
        #expect(!decoder.isInsideFrame)
    }
}

@Test func threat29AFrameAboveTheLimitIsRefusedBeforeItsBodyComes() throws {
    for length: UInt32 in [65_537, 1 << 24, .max] {
        var decoder = FrameDecoder()
        decoder.append([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) })
        #expect(throws: Refusal(.tooLarge)) { try decoder.next() }
        #expect(decoder.count == 4)
    }
}

@Test func aWebServersAnswerIsNamed() {
    var decoder = FrameDecoder()
    decoder.append(Array("HTTP/1.1 400 Bad Request".utf8))
    do throws(Refusal) {
        _ = try decoder.next()
        Issue.record("it was read")
    } catch {
        #expect(error.reason == .tooLarge)
        #expect(error.detail.contains("an HTTP server answers"))
    }
}

@Test func aFrameOfExactlyTheLimitIsRead() throws {
    var decoder = FrameDecoder()
    decoder.append([0, 1, 0, 0])
    #expect(try decoder.next() == nil)
    #expect(decoder.isInsideFrame)
    decoder.append([UInt8](repeating: 1, count: 65_535))
    #expect(try decoder.next() == nil)
    decoder.append([1])
    #expect(try decoder.next()?.count == 65_536)
}

@Test func aFrameOfNoBytesIsMalformed() {
    var decoder = FrameDecoder()
    decoder.append([0, 0, 0, 0])
    #expect(throws: Refusal(.malformed)) { try decoder.next() }
}

@Test func aMessageAboveTheFrameLimitIsNotWritten() throws {
    var encoder = FrameEncoder()
    let object = [UInt8](repeating: 0, count: Frame.bodyBytesMaximum)
    #expect(throws: Refusal(.tooLarge)) { try encoder.write(.offer(object)) }
    #expect(encoder.bytes.isEmpty)
}

@Test func aLongStreamKeepsTheDecoderSmall() throws {
    var encoder = FrameEncoder()
    try encoder.write(.quote("/weather"))
    let frame = encoder.take()
    var decoder = FrameDecoder()
    for _ in 0..<20_000 {
        decoder.append(frame)
        #expect(try decoder.next() != nil)
        #expect(decoder.count == 0)
    }
}

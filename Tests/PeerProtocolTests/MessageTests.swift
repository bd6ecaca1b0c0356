import DeterministicCBOR
import FixtureKit
import PayWord
import PeerProtocol
import Testing

@Test func everyMessageDecodesToItself() throws {
    let messages = try Samples.messages()
    #expect(Set(messages.map(\.kind)) == Set(PeerMessage.Kind.allCases))
    for message in messages {
        #expect(try PeerMessage(decoding: message.encoded) == message)
    }
}

@Test func aOneChainPaymentFitsInSixtyFourBytes() throws {
    let largest = Pay(
        handle: Handle(65535), sequence: .max, paywords: [try Samples.claim(7, .max)],
        amount: try Amount(units: (1 << 32) - 1))
    var frames = FrameEncoder()
    try frames.write(.pay(largest))
    #expect(frames.bytes.count <= 64)
    print("largest one-chain pay frame: \(frames.bytes.count) bytes")
}

@Test func everyCutOfEveryMessageIsMalformed() throws {
    for message in try Samples.messages() {
        let bytes = message.encoded
        for length in 0..<bytes.count {
            #expect(throws: Refusal(.malformed)) {
                try PeerMessage(decoding: bytes[..<length])
            }
        }
        #expect(throws: Refusal(.malformed)) { try PeerMessage(decoding: bytes + [0]) }
    }
}

/// Each element of each message replaced by one of a type that has no place anywhere: a map.
@Test func everyElementOfAnotherTypeIsMalformed() throws {
    for message in try Samples.messages() {
        guard case .array(let items) = try CBORValue(decoding: message.encoded) else {
            Issue.record("not an array")
            continue
        }
        for position in items.indices {
            var changed = items
            changed[position] = .map([9: .null])
            #expect(throws: Refusal(.malformed), "element \(position) of \(message.kind)") {
                try PeerMessage(decoding: CBORValue.array(changed).encoded)
            }
        }
        #expect(throws: Refusal(.malformed)) {
            try PeerMessage(decoding: CBORValue.array(items + [.null]).encoded)
        }
        #expect(throws: Refusal(.malformed)) {
            try PeerMessage(decoding: CBORValue.array(items.dropLast()).encoded)
        }
    }
}

@Test func unknownTypesAreUnexpectedAndEmptyArraysMalformed() {
    for number: UInt64 in [0, 15, 255, 256, .max] {
        #expect(throws: Refusal(.unexpectedMessage)) {
            try PeerMessage(decoding: CBORValue.array([.unsigned(number)]).encoded)
        }
    }
    #expect(throws: Refusal(.malformed)) { try PeerMessage(decoding: [0x80]) }
    #expect(throws: Refusal(.malformed)) { try PeerMessage(decoding: [0x01]) }
}

/// Rows of: which message, which element, what takes its place, the reason.
@Test func fieldsBeyondTheirLimitsAreRefused() throws {
    let bytes: (Int) -> CBORValue = { .bytes([UInt8](repeating: 1, count: $0)) }
    let text: (Int) -> CBORValue = { .text(String(repeating: "a", count: $0)) }
    let claim = CBORValue.array([.unsigned(0), .unsigned(1), bytes(32)])
    let rows: [(PeerMessage.Kind, Int, CBORValue, Reason)] = [
        (.hello, 1, .array([]), .malformed),
        (.hello, 1, .array([.unsigned(65536)]), .malformed),
        (.hello, 1, .array(Array(repeating: .unsigned(1), count: 17)), .tooLarge),
        (.hello, 2, bytes(15), .malformed), (.hello, 3, text(129), .tooLarge),
        (.helloAck, 2, bytes(31), .malformed), (.helloAck, 5, bytes(63), .malformed),
        (.helloAck, 5, .null, .malformed),
        (.helloAck, 4, .map([1: .unsigned(1), 2: .unsigned(1)]), .malformed),
        (.helloAck, 4, .map([1: .unsigned(0), 2: .unsigned(1), 3: .unsigned(1)]), .malformed),
        (
            .helloAck, 4, .map([1: .unsigned(1), 2: .unsigned(1), 3: .unsigned(1 << 32)]),
            .malformed
        ),
        (.helloAck, 4, .map([1: .unsigned(1), 2: .unsigned(1), 4: .unsigned(1)]), .unknownField),
        (
            .helloAck, 4,
            .map([1: .unsigned(1), 2: .unsigned(1), 3: .unsigned(1), -1: .null]), .unknownField
        ),
        (.quote, 1, text(257), .tooLarge), (.offer, 1, bytes(16_385), .tooLarge),
        (.open, 1, .unsigned(65536), .malformed), (.open, 2, bytes(16_385), .tooLarge),
        (.open, 3, .array(Array(repeating: bytes(1), count: 9)), .tooLarge),
        (.open, 3, .array([bytes(16_385)]), .tooLarge), (.open, 5, bytes(17), .malformed),
        (.opened, 3, .unsigned(1 << 63), .amountOverflow),
        (.opened, 4, .unsigned(.max), .amountOverflow),
        (.pay, 2, .unsigned(1 << 32), .malformed), (.pay, 3, .array([claim, claim]), .malformed),
        (.pay, 3, .array(Array(repeating: claim, count: 9)), .tooLarge),
        (.pay, 3, .array([.array([.unsigned(8), .unsigned(1), bytes(32)])]), .unknownChain),
        (
            .pay, 3, .array([.array([.unsigned(0), .unsigned(1 << 32), bytes(32)])]), .indexPastEnd
        ),
        (.pay, 4, .unsigned(1 << 63), .amountOverflow), (.pay, 5, bytes(65), .tooLarge),
        (.paid, 3, .unsigned(1 << 63), .amountOverflow),
        (.meter, 3, .unsigned(1 << 63), .amountOverflow), (.close, 2, bytes(16_385), .tooLarge),
        (.closed, 2, bytes(16_385), .tooLarge), (.closed, 3, bytes(16_385), .tooLarge),
        (.error, 4, .unsigned(1), .malformed), (.error, 5, text(257), .tooLarge),
        (.receiptPlease, 1, .unsigned(65536), .malformed), (.receipt, 2, bytes(16_385), .tooLarge),
    ]
    #expect(Set(rows.map(\.0)) == Set(PeerMessage.Kind.allCases))
    let samples = try Samples.messages()
    for (kind, element, value, reason) in rows {
        let sample = try #require(samples.first { $0.kind == kind })
        guard case .array(var items) = try CBORValue(decoding: sample.encoded) else { continue }
        items[element] = value
        #expect(throws: Refusal(reason), "element \(element) of \(kind) as \(value)") {
            try PeerMessage(decoding: CBORValue.array(items).encoded)
        }
    }
}

@Test func anErrorsTextIsCutAtItsLimitAndShownWithoutControls() throws {
    let long = PeerError(Refusal(.busy, String(repeating: "ü", count: 200)))
    #expect(long.text.utf8.count <= PeerError.textBytesMaximum)
    #expect(try PeerMessage(decoding: PeerMessage.error(long).encoded) == .error(long))

    let hostile = PeerError(reasonNumber: 36, retryable: true, text: "a\u{1b}[2Jb\nc\u{202e}d")
    #expect(hostile.refusal.detail == "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d")
    #expect(hostile.refusal.reason == .busy)
    #expect(PeerError(reasonNumber: 9999, retryable: true, text: "x").refusal.reason == .internal)
    #expect(PeerError(reasonNumber: .max, retryable: true, text: "x").reason == nil)
}

@Test func threat29RandomBytesNeverDecodeToAnythingThatEncodesOtherwise() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededRandom(seed: seed)
    let samples = try Samples.messages().map(\.encoded)
    for _ in 0..<20_000 {
        var bytes = samples[generator.upTo(samples.count - 1)]
        for _ in 0...generator.upTo(3) {
            guard !bytes.isEmpty else { break }
            let place = generator.upTo(bytes.count - 1)
            switch generator.upTo(2) {
            case 0: bytes[place] = generator.next()
            case 1: bytes.remove(at: place)
            default: bytes.insert(generator.next(), at: place)
            }
        }
        guard let message = try? PeerMessage(decoding: bytes) else { continue }
        #expect(message.encoded == bytes)
    }
}

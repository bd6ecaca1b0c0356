import FixtureKit
import PayWord
import PeerProtocol

/// What comes from behind a merchant's session: the offers, the store, the signer.
extension MerchantDriver {
    mutating func answerOffer(_ reader: inout ByteReader) throws {
        let isRefused = reader.byte() & 7 == 7
        model.expectOffer(isRefused: isRefused)
        let result: Result<[UInt8], Refusal> =
            isRefused
            ? .failure(Refusal(.unknownResource)) : .success(world.samples.offer.encoded)
        try take(session.answerOffer(result, now: now))
    }

    mutating func answerOpen(_ reader: inout ByteReader) throws {
        let handle = handle(&reader)
        try answerOpen(handle, refused: refusal(&reader))
    }

    private mutating func answerOpen(_ handle: Handle, refused: Refusal?) throws {
        let channel = model.beginOpening(handle, isRefused: refused != nil)
        let result: Result<OpenedChannel, Refusal> =
            if let refused { .failure(refused) } else { .success(channel) }
        try take(session.answerOpen(handle, result, now: now))
    }

    /// Answers the oldest payments of one handle, or what nobody asked.
    mutating func answerPayments(_ reader: inout ByteReader) throws {
        let handle = handle(&reader)
        let shape = reader.byte()
        if shape & 0xf0 == 0xf0 {
            let answer = PaymentAnswer(
                handle: handle, sequence: reader.number32(),
                outcome: .refused(Refusal(.staleIndex)))
            model.expectStrayAnswer(answer)
            return try take(session.answerPayments([answer], now: now))
        }
        var answers: [PaymentAnswer] = []
        for _ in 0...shape & 3 {
            guard let answer = try model.judge(handle, refused: refusal(&reader)) else { break }
            answers.append(answer)
        }
        try take(session.answerPayments(answers, now: now))
    }

    mutating func answerClose(_ reader: inout ByteReader) throws {
        try answerClose(handle(&reader), refused: refusal(&reader))
    }

    private mutating func answerClose(_ handle: Handle, refused: Refusal?) throws {
        model.expectClosed(handle, isRefused: refused != nil)
        let result: Result<ClosedChannel, Refusal> =
            if let refused { .failure(refused) } else {
                .success(ClosedChannel(close: [1], receipt: [2]))
            }
        try take(session.answerClose(handle, result, now: now))
    }

    mutating func answerReceipt(_ reader: inout ByteReader) throws {
        try answerReceipt(handle(&reader), refused: refusal(&reader))
    }

    private mutating func answerReceipt(_ handle: Handle, refused: Refusal?) throws {
        model.expectReceipt(handle, isRefused: refused != nil)
        let result: Result<[UInt8], Refusal> =
            if let refused { .failure(refused) } else { .success([3]) }
        try take(session.answerReceipt(handle, result, now: now))
    }

    /// All that a handle waits for.
    mutating func answerEverything(_ handle: Handle) throws {
        try answerOpen(handle, refused: nil)
        while let answer = try model.judge(handle, refused: nil) {
            try take(session.answerPayments([answer], now: now))
        }
        try answerClose(handle, refused: nil)
        try answerReceipt(handle, refused: nil)
    }

    private func refusal(_ reader: inout ByteReader) -> Refusal? {
        switch reader.byte() & 15 {
        case 13: Refusal(.staleIndex)
        case 14: Refusal(.storageFailed)
        case 15: Refusal(.badPayword)
        default: nil
        }
    }
}

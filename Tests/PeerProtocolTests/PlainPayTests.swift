import FixtureKit
import PayWord
import Testing

@testable import PeerProtocol

/// The short way to read a payment reads what the general decoder reads, and nothing else.
@Suite struct PlainPayTests {
    private static let seed: UInt64 = 2026

    private static func draw(_ random: inout SeededRandom) -> UInt64 { random.next() }

    private func randomPay(_ random: inout SeededRandom) throws -> Pay {
        func number(_ maximum: UInt64) -> UInt64 {
            // Heads of every width, and the values at which they change.
            let edges: [UInt64] = [0, 23, 24, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff, maximum]
            let any = UInt64.random(in: 0...maximum, using: &random)
            let chosen = Self.draw(&random) % 2 == 0 ? any : edges[Int(Self.draw(&random) % 9)]
            return min(maximum, chosen >> (Self.draw(&random) % 3 * 8))
        }
        var claims: PaywordClaims = []
        for ordinal in Ordinal.all(count: 8) where Self.draw(&random) % 3 == 0 {
            claims.append(
                PaywordClaim(
                    ordinal: ordinal, index: ChainIndex(UInt32(number(0xffff_ffff))),
                    payword: .random(using: &random)))
        }
        let byteCount = [0, 0, 1, 23, 24, 64][Int(Self.draw(&random) % 6)]
        return Pay(
            handle: Handle(UInt16(number(0xffff))), sequence: UInt32(number(0xffff_ffff)),
            paywords: claims, amount: try Amount(units: number(Amount.maximum.units)),
            reference: byteCount == 0
                ? nil : (0..<byteCount).map { _ in UInt8(truncatingIfNeeded: Self.draw(&random)) })
    }

    @Test func everyPaymentIsReadTheShortWay() throws {
        var random = SeededRandom(seed: Self.seed)
        for round in 0..<20_000 {
            let pay = try randomPay(&random)
            let body = PeerMessage.pay(pay).encoded
            #expect(Pay(plain: body[...]) == pay, "seed \(Self.seed), round \(round)")
            #expect(try PeerMessage(decoding: body) == .pay(pay))
            // A view that does not start at 0, as frames come.
            #expect(Pay(plain: ([1, 2, 3] + body)[3...]) == pay)
        }
    }

    @Test func nothingThatTheDecoderRefusesIsReadTheShortWay() throws {
        var random = SeededRandom(seed: Self.seed)
        var readBoth = 0
        for round in 0..<60_000 {
            var body = PeerMessage.pay(try randomPay(&random)).encoded
            switch Self.draw(&random) % 4 {
            case 0: body.removeLast(Int(Self.draw(&random) % UInt64(body.count)))
            case 1: body.append(UInt8(truncatingIfNeeded: Self.draw(&random)))
            case 2:
                body.insert(
                    UInt8(truncatingIfNeeded: Self.draw(&random)), at: Int(Self.draw(&random) % 8))
            default:
                // Heads stand at the start and at the end.
                let place = Int(Self.draw(&random) % 12)
                let index = Self.draw(&random) % 2 == 0 ? place : body.count - 1 - place
                guard body.indices.contains(index) else { continue }
                body[index] ^= UInt8(truncatingIfNeeded: 1 << (Self.draw(&random) % 8))
            }
            guard let pay = Pay(plain: body[...]) else { continue }
            readBoth += 1
            #expect(
                try PeerMessage(decoding: body) == .pay(pay), "seed \(Self.seed), round \(round)")
        }
        #expect(readBoth > 1_000)
    }

    @Test func otherMessagesAreNotPayments() throws {
        let messages: [PeerMessage] = [
            .quote("/"), .receiptPlease(Handle(1)),
            .paid(Paid(handle: Handle(1), sequence: 1, accepted: .zero, spent: .zero)),
        ]
        for message in messages { #expect(Pay(plain: message.encoded[...]) == nil) }
        #expect(Pay(plain: []) == nil)
    }
}

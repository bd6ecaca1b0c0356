import FixtureKit
import PayWord
import PeerProtocol

/// What a wallet asks of its session, as the input chooses.
enum PayerCommand {
    static func perform(
        _ session: inout PayerSession, _ reader: inout ByteReader, _ world: World, now: Timestamp
    ) throws(Refusal) -> [PayerAction] {
        let shape = reader.byte()
        let handle = Handle(UInt16(shape & 3))
        switch shape >> 2 & 7 {
        case 0:
            let length = Int(reader.byte()) * (shape & 0x80 == 0 ? 1 : 2)
            return try session.quote(String(repeating: "q", count: length), now: now)
        case 1, 2: return try open(&session, &reader, world, now: now, isOdd: shape & 0xc0 == 0xc0)
        case 3, 4:
            return try session.pay(
                handle, paywords: claims(&reader, world), amount: reader.amount(),
                reference: shape & 0x80 == 0 ? nil : reader.chunk(), now: now
            ).1
        case 5:
            var payments: [Pay] = []
            for _ in 0..<reader.choice(of: 6) {
                payments.append(
                    Pay(
                        handle: handle, sequence: 0, paywords: claims(&reader, world),
                        amount: reader.amount()))
            }
            let (sequences, refusal, actions) = session.pay(handle, payments, now: now)
            if let refusal, sequences.isEmpty { throw refusal }
            return actions
        case 6:
            let request =
                shape & 0xc0 == 0xc0
                ? [UInt8](repeating: 0, count: 16_385) : world.closeRequests[0].encoded
            return try session.close(handle, request, now: now)
        default: return try session.receiptPlease(handle, now: now)
        }
    }

    private static func open(
        _ session: inout PayerSession, _ reader: inout ByteReader, _ world: World,
        now: Timestamp, isOdd: Bool
    ) throws(Refusal) -> [PayerAction] {
        let channel = world.channels[reader.choice(of: world.channels.count)]
        let transcript = session.established?.transcript ?? .zero
        let proof = try OpenProof.sign(transcript, channel.id, by: world.parties.payer)
        // Each object is small enough, all together are not.
        let funding =
            isOdd
            ? Array(repeating: [UInt8](repeating: 0, count: 16_000), count: reader.choice(of: 10))
            : [world.samples.reservation.encoded]
        return try session.open(
            channel.commitment.encoded, funding: funding, proof: proof, now: now
        ).1
    }

    private static func claims(
        _ reader: inout ByteReader, _ world: World
    ) -> PaywordClaims {
        let shape = reader.byte()
        var claims = PaywordClaims()
        for ordinal in Ordinal.all(count: 3) where shape >> ordinal.value & 1 == 1 {
            let index = ChainIndex(reader.number32())
            claims.append(
                PaywordClaim(
                    ordinal: ordinal, index: index,
                    payword: world.channels[0].payword(ordinal, index)))
        }
        if shape & 0xf0 == 0xf0 { claims.reverse() }
        if shape & 0xf8 == 0xf8 {
            let few = claims
            for _ in 0..<3 { for claim in few { claims.append(claim) } }
        }
        return claims
    }
}

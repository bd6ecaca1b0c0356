import DeterministicCBOR
import FixtureKit
import PayWord

/// The broker's answers, which no signature covers as a whole.
enum AnswerCheck: CaseIterable {
    case description
    case answer
    case statement
    case settlementAnswer
    case leaf
    /// A settlement and leaves that the input makes up, signed by the broker.
    case signedSettlement

    func run(_ reader: inout ByteReader, _ world: World) throws {
        switch self {
        case .description:
            try readsAlike(reader.rest()) { (bytes) throws(Refusal) in
                let description = try BrokerDescription(decoding: bytes)
                _ = try? description.identity
                return description.encoded
            }
        case .answer:
            try readsAlike(reader.rest()) { (bytes) throws(Refusal) in
                let answer = try BrokerAnswer(decoding: bytes)
                return BrokerAnswer(
                    objects: answer.objects, signingCertificates: answer.signingCertificates
                ).encoded
            }
        case .statement:
            try readsAlike(reader.rest()) { (bytes) throws(Refusal) in
                try AccountStatement(decoding: bytes).encoded
            }
        case .settlementAnswer:
            let bytes = reader.rest()
            try readsAlike(bytes) { (bytes) throws(Refusal) in
                let answer = try SettlementAnswer(decoding: bytes)
                return SettlementAnswer(
                    settlement: answer.settlement,
                    signingCertificates: answer.signingCertificates, leaves: answer.leaves
                ).encoded
            }
            if let answer = try? SettlementAnswer(decoding: bytes) {
                try checkVerified(answer, world)
            }
        case .leaf:
            try readsAlike(reader.rest()) { (bytes) throws(Refusal) in
                let outcome = try ClaimOutcome(decoding: bytes[...])
                _ = outcome.reason
                return outcome.encoded
            }
        case .signedSettlement:
            let payload = reader.longChunk()
            var leaves: [[UInt8]] = []
            while !reader.isAtEnd { leaves.append(reader.chunk()) }
            var raw = try RawObject(
                world.parties.brokerSigning.sign(world.samples.settlement).encoded)
            raw.payload = payload
            // The root belongs to the leaves, or nothing beyond it would ever be reached.
            if raw.fields[14] != nil { raw.fields[14] = .fixed(MerkleTree(leaves: leaves).root) }
            try raw.sign(by: world.parties.brokerSigning)
            guard let settlement = try? SignedObject<Settlement>(decoding: raw.encoded) else {
                return
            }
            try checkVerified(
                SettlementAnswer(
                    settlement: settlement,
                    signingCertificates: [world.samples.signingCertificate.object],
                    leaves: leaves), world)
        }
    }

    private func readsAlike(
        _ bytes: [UInt8], _ read: ([UInt8]) throws(Refusal) -> [UInt8]
    ) throws {
        do {
            try promise(try read(bytes) == bytes, "accepted, and written back otherwise")
        } catch let refusal as Refusal {
            try promise((refusal.offset ?? 0) <= bytes.count, "a fault outside: \(refusal)")
        }
    }

    /// A merchant believes an answer: then its figures follow from its outcomes, and these from what
    /// was claimed.
    private func checkVerified(_ answer: SettlementAnswer, _ world: World) throws {
        let redemption = world.redemption.object
        guard let (settlement, outcomes) = try? answer.verified(for: redemption) else { return }
        let claims = redemption.payload.claims
        try promise(outcomes.count == claims.count, "outcomes for other claims")
        var gross: Int128 = 0
        var steps: Int128 = 0
        for (outcome, claim) in zip(outcomes, claims) {
            gross += Int128(outcome.amount.units)
            for advance in outcome.advances {
                steps += Int128(advance.to.value) - Int128(advance.from.value)
                try promise(
                    claim.paywords.contains {
                        $0.ordinal == advance.ordinal && $0.index == advance.to
                    }, "an advance that nobody claimed")
            }
        }
        let payload = settlement.payload
        try promise(
            gross == Int128(payload.gross.units) && steps == Int128(payload.paywordsRedeemed)
                && gross == Int128(payload.fee.units) + Int128(payload.net.units),
            "figures that do not follow are believed")
    }
}

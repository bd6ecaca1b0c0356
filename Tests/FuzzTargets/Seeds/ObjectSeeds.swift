import DeterministicCBOR
import FixtureKit
import PayWord
import PeerProtocol

/// Inputs of the object target: each object of the fixtures whole, and in parts to be signed again;
/// and one answer of each kind.
struct ObjectSeeds {
    private let world: World
    private let fixtures: FixtureBytes

    init(_ world: World, _ fixtures: FixtureBytes) throws {
        self.world = world
        self.fixtures = fixtures
    }

    var all: [[UInt8]] {
        get throws {
            try fixtures.objects.flatMap(seeds) + answers
                + world.objects.enumerated().map { place, sample in
                    [UInt8(place), 6] + (try RawObject(sample.encoded)).payload
                }
        }
    }

    private func seeds(_ object: (kind: ObjectKind, bytes: [UInt8])) -> [[UInt8]] {
        guard let first = world.objects.firstIndex(where: { $0.kind == object.kind }) else {
            return []
        }
        let whole = [UInt8(first), 0] + object.bytes
        guard let raw = try? RawObject(object.bytes) else { return [whole] }
        let signer = world.objects.firstIndex { sample in
            sample.kind == object.kind && raw.header[4] == .fixed(sample.signer.publicKey)
        }
        let place = UInt8(signer ?? first)
        guard raw.protected.count < 256 else { return [whole, [place, 3] + raw.payload] }
        return [
            whole, [place, 3] + raw.payload,
            [place, 7, UInt8(raw.protected.count)] + raw.protected + raw.payload,
        ]
    }

    private var answers: [[UInt8]] {
        get throws {
            let samples = world.samples
            let certificate = samples.signingCertificate.object
            let amount = try Amount(units: 1000)
            let description = BrokerDescription(
                root: samples.parties.broker.publicKey, signingCertificates: [certificate],
                assets: [samples.asset], isFaucetEnabled: true, batchStepsMaximum: 1 << 28)
            let answer = BrokerAnswer(
                objects: [samples.reservation.encoded], signingCertificates: [certificate])
            let statement = AccountStatement(
                account: samples.parties.account.publicKey, asset: samples.asset,
                available: amount, debt: .zero, reserved: amount, payable: .zero,
                commitments: [
                    CommitmentEntry(
                        commitment: samples.commitment.object,
                        funding: [samples.reservation.encoded], note: [1, 2, 3], state: .live,
                        redeemed: samples.marks)
                ], cursor: samples.commitment.object.id)
            var seeds =
                [
                    seed(.description, description.encoded), seed(.answer, answer.encoded),
                    seed(.statement, statement.encoded),
                ] + (try samples.outcomes.map { seed(.leaf, $0.encoded) })
            for answer in fixtures.answers + [try samples.settlementAnswer.encoded] {
                seeds.append(seed(.settlementAnswer, answer))
                guard let read = try? SettlementAnswer(decoding: answer) else { continue }
                let payload = read.settlement.payloadBytes
                var input = [UInt8(payload.count >> 8), UInt8(payload.count & 0xff)] + payload
                for leaf in read.leaves where leaf.count < 256 {
                    input += [UInt8(leaf.count)] + leaf
                }
                seeds.append(seed(.signedSettlement, input))
            }
            return seeds
        }
    }

    private func seed(_ check: AnswerCheck, _ bytes: [UInt8]) -> [UInt8] {
        let place = AnswerCheck.allCases.firstIndex(of: check) ?? 0
        return [UInt8(world.objects.count + place)] + bytes
    }
}

extension FuzzTarget {
    /// A message in its frame.
    static func frame(_ message: PeerMessage) throws -> [UInt8] {
        var encoder = FrameEncoder()
        try encoder.write(message)
        return encoder.take()
    }
}

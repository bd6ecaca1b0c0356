import DeterministicCBOR
import FixtureKit
import PayWord

extension FuzzTarget {
    /// Inputs to start from: what the fixtures hold, in the form that the target reads, and whole
    /// lives of a channel where it reads a session's choices.
    /// - Parameter folder: the path of the fixtures.
    /// - Returns: the inputs; none where a target reads choices alone.
    /// - Throws: what reading the fixtures throws.
    public func seeds(fixtures folder: String) throws -> [[UInt8]] {
        let world = try World.shared
        let fixtures = try FixtureBytes(folder: folder)
        return switch self {
        case .cbor: fixtures.items.map { [$0.isTagged ? 1 : 0] + $0.bytes }
        case .objects: try ObjectSeeds(world, fixtures).all
        case .frames:
            ([[0xff, 0, 6, 30], [0, 0, 0, 0]] as [[UInt8]]).flatMap { sizes in
                (fixtures.frames + fixtures.transcripts).map { sizes + $0 }
            }
        case .merchant:
            fixtures.transcripts.map { [0xfb, 0] + Self.delivery($0, step: 10) }
                + SessionSeeds.merchant
        case .payer:
            try world.samples.messages.map { message in
                [0, 0xfc] + Self.delivery(try Self.frame(message.message), step: 16)
            } + SessionSeeds.payer
        case .redemption:
            try fixtures.redemptions.flatMap { body -> [[UInt8]] in
                guard let raw = try? RawObject(body) else { return [[0] + body] }
                return [[0] + body, [2] + raw.payload]
            } + [[2] + RawObject(world.redemption.encoded).payload]
        case .inspection: try Self.inspectionSeeds(world, fixtures)
        case .choosing: []
        }
    }

    /// The step that hands in bytes, as the session targets read it.
    private static func delivery(_ bytes: [UInt8], step: UInt8) -> [UInt8] {
        [step, UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)]
            + bytes
    }

    private static func inspectionSeeds(
        _ world: World, _ fixtures: FixtureBytes
    ) throws -> [[UInt8]] {
        let whole =
            fixtures.objects.map(\.bytes) + fixtures.frames + fixtures.items.map(\.bytes)
            + fixtures.transcripts
        let signed = try world.objects.enumerated().map { place, sample in
            [2, UInt8(place)] + (try RawObject(sample.encoded)).payload
        }
        let lines =
            fixtures.requests.map { [3] + $0 }
            + fixtures.requests.prefix(3).map {
                [1] + Array(#"{"cases":["#.utf8) + $0 + Array("]}".utf8)
            }
        let texts = ["0xD28443", "zz", "AAECAw==", "0x", " d2 84\n43", "A-_z", "=", "\u{1f4b0}"]
        // As text, a few: the bytes of each are tried already.
        let pasted = stride(from: 0, to: whole.count, by: 8).map { [1] + Array(whole[$0].hex.utf8) }
        return whole.map { [0] + $0 } + pasted + signed + lines
            + texts.flatMap { [[1] + Array($0.utf8), [3] + Array($0.utf8), [4] + Array($0.utf8)] }
            + [[0] + world.channels[0].paywords[0][3].bytes, [0] + world.broker.root.bytes]
    }
}

public import PayWord

/// Fills one batch with claims, within the protocol's and the broker's limits.
struct BatchBuilder {
    /// What the rest of a redemption may take of its bytes.
    static let overheadBytes = 4096

    let limits: RedemptionLimits
    private(set) var entries: [RedemptionBatch.Claim] = []
    private(set) var claims: [RedemptionClaim] = []
    private var bytes = Self.overheadBytes
    private var steps: UInt64 = 0

    init(limits: RedemptionLimits) { self.limits = limits }

    var isEmpty: Bool { entries.isEmpty }
    var isFull: Bool { entries.count >= limits.claimsMaximum }

    /// Adds a claim if it fits.
    mutating func add(_ made: ClaimMaker.Made) -> Bool {
        let size = made.claim.encodedByteCount
        guard !isFull, bytes + size <= limits.bytesMaximum,
            made.steps <= limits.stepsMaximum - steps
        else {
            return false
        }
        entries.append(made.entry)
        claims.append(made.claim)
        bytes += size
        steps += made.steps
        return true
    }
}

/// How large a batch may be.
public struct RedemptionLimits: Sendable, Equatable {
    /// How many claims; the protocol's limit is 65,536.
    public var claimsMaximum: Int
    /// How many bytes; the protocol's limit is 64 MiB.
    public var bytesMaximum: Int
    /// How many steps the broker has to walk; the broker says how many it takes.
    public var stepsMaximum: UInt64

    /// Limits, at most the protocol's.
    public init(
        claimsMaximum: Int = Redemption.claimsMaximum,
        bytesMaximum: Int = Redemption.encodedBytesMaximum, stepsMaximum: UInt64 = 1 << 28
    ) {
        self.claimsMaximum = min(max(1, claimsMaximum), Redemption.claimsMaximum)
        self.bytesMaximum = min(bytesMaximum, Redemption.encodedBytesMaximum)
        self.stepsMaximum = max(1, stepsMaximum)
    }
}

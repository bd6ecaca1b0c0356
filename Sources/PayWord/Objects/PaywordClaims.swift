public import DeterministicCBOR

/// The paywords of one payment or claim: at most one for each chain, so at most eight. A collection
/// that needs no heap for the first two, as nearly every payment has.
///
/// ```swift
/// var claims: PaywordClaims = [PaywordClaim(ordinal: first, index: index, payword: payword)]
/// claims.append(second)
/// claims.map(\.mark)  // what is paid of each chain
/// ```
///
/// Nothing is checked: whether ordinals ascend and how many there may be is for who reads them.
@frozen public struct PaywordClaims: RandomAccessCollection, Sendable {
    /// How many are kept inline. More of them would make every payment that is passed on larger.
    @usableFromInline static var inlineCount: Int { 2 }

    // An inline array would be copied whole for each claim that is read.
    @usableFromInline var first: PaywordClaim
    @usableFromInline var second: PaywordClaim
    /// What has no room inline; nil is cheaper to copy than an empty array.
    @usableFromInline var more: [PaywordClaim]?
    @usableFromInline var held: Int
    /// How many there are.
    @inlinable public var count: Int { held }

    /// No payword: a payment of credit alone.
    @inlinable public init() {
        let none = PaywordClaim(ordinal: .first, index: .zero, payword: .zero)
        (first, second) = (none, none)
        more = nil
        held = 0
    }

    /// The claims of a sequence, in its order.
    @inlinable public init(_ claims: some Sequence<PaywordClaim>) {
        self.init()
        for claim in claims { append(claim) }
    }

    /// Adds one at the end.
    @inlinable public mutating func append(_ claim: PaywordClaim) {
        if held < Self.inlineCount {
            held += 1
            self[held - 1] = claim
        } else {
            if more == nil { more = [claim] } else { more?.append(claim) }
            held += 1
        }
    }

    /// The first place, 0.
    @inlinable public var startIndex: Int { 0 }
    /// The place behind the last, ``count``.
    @inlinable public var endIndex: Int { count }

    /// The claim at a place from 0 to ``count`` − 1.
    @inlinable public subscript(position: Int) -> PaywordClaim {
        get {
            precondition(position >= 0 && position < held, "no claim \(position) of \(held)")
            switch position {
            case 0: return first
            case 1: return second
            default: return more?[position - Self.inlineCount] ?? first
            }
        }
        set {
            precondition(position >= 0 && position < held, "no claim \(position) of \(held)")
            switch position {
            case 0: first = newValue
            case 1: second = newValue
            default: more?[position - Self.inlineCount] = newValue
            }
        }
    }
}

extension PaywordClaims: MutableCollection {}

extension PaywordClaims: ExpressibleByArrayLiteral {
    /// The claims of a literal, in its order.
    public init(arrayLiteral claims: PaywordClaim...) { self.init(claims) }
}

extension PaywordClaims: Hashable {
    /// Whether both have the same claims in the same order.
    public static func == (left: PaywordClaims, right: PaywordClaims) -> Bool {
        left.elementsEqual(right)
    }

    /// Hashes the count and every claim.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for claim in self { hasher.combine(claim) }
    }
}

extension CBORDecoder {
    /// `[[ordinal, index, payword] …]`, ordinals ascending without repetition.
    public mutating func readClaims(
        _ what: String = "paywords", count: ClosedRange<Int> = 0...Ordinal.countMaximum
    ) throws(Refusal) -> PaywordClaims {
        let start = offset
        var claims = PaywordClaims()
        var isAscending = true
        for _ in 0..<(try readListHead(what, count: count)) {
            try readTuple(what, count: 3)
            let claim = PaywordClaim(
                ordinal: try readOrdinal(), index: try readIndex(),
                payword: try readFixed("payword"))
            if let last = claims.last, last.ordinal >= claim.ordinal { isAscending = false }
            claims.append(claim)
        }
        guard isAscending else {
            throw Refusal(.malformed, "\(what): ordinals must ascend", at: start)
        }
        return claims
    }
}

import PayWord
import Testing

@Suite struct PaywordClaimsTests {
    /// Claims that can be told apart, more than are kept inline.
    private static let eight: [PaywordClaim] = Ordinal.all(count: 8).map {
        PaywordClaim(ordinal: $0, index: ChainIndex(100 + UInt32($0.value)), payword: .zero)
    }

    @Test(arguments: 0...8) func keepsWhatIsAddedInItsOrder(count: Int) {
        let expected = Array(Self.eight.prefix(count))
        var claims = PaywordClaims()
        for claim in expected { claims.append(claim) }
        #expect(claims.count == count)
        #expect(Array(claims) == expected)
        #expect(claims == PaywordClaims(expected))
        #expect(claims.hashValue == PaywordClaims(expected).hashValue)
    }

    @Test func differsByContentOrderAndCount() {
        let (first, second) = (Self.eight[0], Self.eight[1])
        let both: PaywordClaims = [first, second]
        #expect(both != [second, first])
        #expect(both != [first])
        #expect(both != PaywordClaims())
        #expect(PaywordClaims(Self.eight) != PaywordClaims(Self.eight.dropLast()))
    }

    @Test(arguments: 0..<8) func changesOneAlone(place: Int) {
        let changed = PaywordClaim(
            ordinal: Self.eight[place].ordinal, index: .zero, payword: .zero)
        var claims = PaywordClaims(Self.eight)
        let before = claims
        claims[place] = changed
        var expected = Self.eight
        expected[place] = changed
        #expect(Array(claims) == expected)
        #expect(Array(before) == Self.eight)
    }

    @Test func whatLeavesRoomForOthersIsForgotten() {
        // A value that was overwritten inline must not be seen by a comparison.
        var longer: PaywordClaims = [Self.eight[0], Self.eight[1]]
        longer = PaywordClaims(longer.dropLast())
        #expect(longer == [Self.eight[0]])
        #expect(longer.hashValue == PaywordClaims([Self.eight[0]]).hashValue)
    }
}

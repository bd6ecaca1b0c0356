import DeterministicCBOR
import Testing
import TollCLI

/// An offer message holds an object; here that object is an offer message again, and so on.
private func nested(_ levels: Int) -> [UInt8] {
    var bytes: [UInt8] = [0xf6]
    for _ in 0..<levels {
        bytes = CBORValue.array([.unsigned(4), .bytes(bytes)]).encoded
    }
    return bytes
}

@Test func messagesInsideMessagesAreNotFollowedWithoutEnd() {
    let found = Inspector.inspect(nested(4_000))
    #expect(found.kind == "offer")
    #expect((found.parts.map(\.depth).max() ?? 0) < 16)
    #expect(found.parts.contains { $0.remark == "too deep to look into" })
}

/// A reservation request carries an object; here that is a reservation request without its tag, and
/// so on.
@Test func untaggedObjectsInsideOneAnotherAreNotFollowedWithoutEnd() {
    let header = CBORValue.map([
        1: .negative(argument: 18), 3: .text("application/tollchain.reservation-request+cbor"),
        4: .bytes([UInt8](repeating: 1, count: 32)),
    ])
    var bytes: [UInt8] = [0xf6]
    for _ in 0..<1_000 {
        bytes =
            CBORValue.array([
                .bytes(header.encoded), .map([:]),
                .bytes(CBORValue.map([3: .bytes(bytes)]).encoded),
                .bytes([UInt8](repeating: 2, count: 64)),
            ]).encoded
    }
    let found = Inspector.inspect(bytes)
    #expect(found.kind == "reservation-request")
    #expect((found.parts.map(\.depth).max() ?? 0) < 16)
}

@Test func whatTheProtocolNestsIsShownWhole() {
    let found = Inspector.inspect(nested(3))
    #expect(!found.parts.contains { $0.remark == "too deep to look into" })
}

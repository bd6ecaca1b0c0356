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

@Test func whatTheProtocolNestsIsShownWhole() {
    let found = Inspector.inspect(nested(3))
    #expect(!found.parts.contains { $0.remark == "too deep to look into" })
}

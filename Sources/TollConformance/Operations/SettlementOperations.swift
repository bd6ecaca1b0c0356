internal import PayWord
internal import TollBroker

enum SettlementOperations {
    /// What a merchant checks of the answer to its redemption.
    static func verify(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let redemption = try SignedObject<Redemption>(decoding: try inputs.bytes("redemption"))
        let answer = try SettlementAnswer(decoding: try inputs.bytes("answer"))
        let settlement = try answer.verified(for: redemption).settlement.payload
        return .object(figures(settlement))
    }

    /// What a broker answers to a redemption whose books are what is handed in.
    static func settle(_ inputs: Inputs) async throws(Refusal) -> JSONValue {
        let books = try SettlementBooks(inputs)
        let answer = try await books.broker.redeem(books.redemption)
        let settlement = answer.settlement
        return .object(
            [
                .init("answer", .hex(answer.encoded)),
                .init("settlement", .hex(settlement.encoded)),
            ] + figures(settlement.payload) + [
                .init("outcomes", .list(answer.leaves.map { .hex($0) })),
                .init("leaves", .list(answer.leaves.map { .hex(MerkleTree.leafHash($0)) })),
                .init("root", .hex(settlement.payload.outcomesRoot)),
            ])
    }

    private static func figures(_ settlement: Settlement) -> [JSONValue.Member] {
        [
            .init("settlement_id", .hex(settlement.settlementID)),
            .init("gross", .amount(settlement.gross)), .init("fee", .amount(settlement.fee)),
            .init("net", .amount(settlement.net)),
            .init("claims_accepted", .count(settlement.claimsAccepted)),
            .init("paywords", .integer(settlement.paywordsRedeemed)),
            .init(
                "refusals",
                .list(
                    settlement.refusals.map {
                        [
                            "position": .count($0.position),
                            "reason": .reason($0.reason ?? .internal),
                        ]
                    })),
        ]
    }
}

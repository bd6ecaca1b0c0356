internal import PayWord

/// Which name is carried out by what. An operation that is not listed does not exist.
extension ConformanceStub {
    /// Operations on bytes, keys, numbers and trees.
    static let primitives: [String: Operation] = [
        "cbor.decode": simple(CBOROperations.decode),
        "ed25519.verify": simple(KeyOperations.verify),
        "ed25519.sign": simple(KeyOperations.sign),
        "key.derive": simple(KeyOperations.derive),
        "chain.key": simple(ChainOperations.key),
        "chain.tip": simple(ChainOperations.tip),
        "chain.walk": simple(ChainOperations.walk),
        "chain.pay": simple(ChainOperations.pay),
        "chain.reveal": simple(ChainOperations.reveal),
        "amount.parse": simple(AmountOperations.parse),
        "amount.add": simple(AmountOperations.add),
        "amount.subtract": simple(AmountOperations.subtract),
        "amount.multiply": simple(AmountOperations.multiply),
        "amount.fee": simple(AmountOperations.fee),
        "merkle.root": simple(MerkleOperations.root),
        "merkle.inclusion": simple(MerkleOperations.inclusion),
        "merkle.consistency": simple(MerkleOperations.consistency),
    ]

    /// Operations on objects, messages and what parties do.
    static let protocols: [String: Operation] = [
        "object.verify": simple(ObjectOperations.verify),
        "object.sign": simple(ObjectOperations.sign),
        "answer.decode": simple(AnswerOperations.decode),
        "frame.decode": simple(FrameOperations.decode),
        "session.run": { (inputs) throws(Refusal) in try SessionOperations.run(inputs) },
        "settlement.verify": simple(SettlementOperations.verify),
        "redemption.settle": { (inputs) async throws(Refusal) in
            Outcome(try await SettlementOperations.settle(inputs))
        },
        "wallet.choose": simple(WalletOperations.choose),
        "wallet.restore": simple(WalletOperations.restore),
    ]

    private static func simple(
        _ operation: @escaping @Sendable (Inputs) throws(Refusal) -> JSONValue
    ) -> Operation {
        { (inputs) async throws(Refusal) in Outcome(try operation(inputs)) }
    }
}

internal import PayWord

enum ChainOperations {
    /// How many paywords one request reveals.
    private static let revealedMaximum = 4_096

    static func key(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let (context, ordinal) = try inputs.chain()
        return [
            "chain_key": .hex(ChainKey(context: context, ordinal: ordinal)),
            "context": .hex(context),
        ]
    }

    static func tip(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let secret = try inputs.walletSecret()
        let (context, ordinal) = try inputs.chain()
        return ["payword": .hex(secret.tip(context: context, ordinal: ordinal))]
    }

    static func walk(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let key: ChainKey = try inputs.fixed("chain_key")
        let from = ChainPosition(
            index: try inputs.index("index"), payword: try inputs.fixed("payword"))
        let steps = try inputs.short("steps")
        guard steps <= from.index.value else {
            throw inputs.fault("steps", "leads below the root")
        }
        try WorkBound.check(steps: UInt64(steps))
        let reached = key.walk(from: from, steps: steps)
        return ["index": .index(reached.index), "payword": .hex(reached.payword)]
    }

    static func pay(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let key: ChainKey = try inputs.fixed("chain_key")
        let length = try inputs.has("length") ? inputs.index("length") : ChainIndex(.max)
        let accepted = ChainPosition(
            index: try inputs.index("accepted_index"), payword: try inputs.fixed("accepted"))
        let claimed = ChainPosition(
            index: try inputs.index("index"), payword: try inputs.fixed("payword"))
        let limit = try inputs.short("limit")
        guard accepted.index <= length else {
            throw inputs.fault("accepted_index", "is above the chain's length")
        }
        let verifier = ChainVerifier(key: key, length: length, accepted: accepted)
        // What the rules refuse without hashing, they refuse; only then does the bound count.
        let steps = claimed.index.steps(downTo: accepted.index)
        if claimed.index <= length, claimed.index > accepted.index, steps <= limit {
            try WorkBound.check(steps: UInt64(steps))
        }
        return ["steps": .count(try verifier.check(claimed, stepsMaximum: limit))]
    }

    static func reveal(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let key: ChainKey = try inputs.fixed("chain_key")
        let length = try inputs.index("length")
        let tip: Payword = try inputs.fixed("tip")
        let indexes = try inputs.indexes("indexes")
        guard length > .zero else { throw inputs.fault("length", "is 0") }
        guard !indexes.isEmpty else { throw inputs.fault("indexes", "is empty") }
        guard indexes.count <= revealedMaximum else {
            throw Refusal(.tooLarge, "more than \(revealedMaximum) paywords for one line")
        }
        var last = ChainIndex.zero
        for index in indexes {
            guard index <= length else {
                throw Refusal(.indexPastEnd, "index \(index) of a chain of \(length) paywords")
            }
            guard index >= last else {
                throw Refusal(.staleIndex, "index \(index) after \(last) was revealed")
            }
            last = index
        }
        try WorkBound.check(steps: UInt64(length.value))
        var cursor = ChainCursor(key: key, tip: ChainPosition(index: length, payword: tip))
        var paywords: [JSONValue] = []
        for index in indexes {
            guard let payword = cursor.advance(to: index) else { throw Refusal(.internal) }
            paywords.append(.hex(payword))
        }
        return ["paywords": .list(paywords)]
    }
}

extension Inputs {
    /// The context of `commitment`, or `context` itself, and `ordinal`.
    fileprivate func chain() throws(Refusal) -> (ChainContext, Ordinal) {
        guard has("commitment") else { return (try fixed("context"), try ordinal("ordinal")) }
        let commitment = try SignedObject<Commitment>(either: bytes("commitment"))
        let ordinal = try ordinal("ordinal")
        _ = try commitment.payload.chain(ordinal)
        return (commitment.context, ordinal)
    }
}

extension SignedObject<Commitment> {
    /// Decodes a signed commitment, or the payload of one. No signature is checked.
    fileprivate init(either bytes: [UInt8]) throws(Refusal) {
        let isPayload = bytes.first.map { $0 >> 5 == 5 } ?? false
        try self.init(
            decoding: isPayload
                ? EnvelopeWriter.envelope(.commitment, kid: .zero, payload: bytes) : bytes)
    }
}

import DeterministicCBOR
import FixtureKit
import PayWord
import Testing

/// Carries out what a case asks for, by the library's own decoders and verifiers.
///
/// - Throws: the `Refusal` of a case that is refused; anything else is a fault of the fixture.
typealias FixtureRunner = (_ inputs: Object, _ result: Object?) throws -> Void

/// Runs every case of a subject and compares what comes out with what it expects.
func run(_ subject: String, minimum: Int, _ runner: FixtureRunner) throws {
    var count = 0
    for file in try FixtureFolder().files where file.subject == subject {
        for item in file.cases {
            count += 1
            let result = item.fields.has("result") ? try item.fields.object("result") : nil
            do {
                try runner(item.fields, result)
                #expect(item.reason == nil, "\(item.id) was accepted: \(item.description)")
            } catch let refusal as Refusal {
                #expect(
                    item.reason == refusal.reason.code,
                    "\(item.id) (\(item.description)): \(refusal)")
            }
        }
    }
    #expect(count >= minimum, "\(count) cases of \(subject)")
}

@Test func everyCBORCaseIsDecodedAsItSays() throws {
    try run("cbor", minimum: 50) { inputs, result in
        let bytes = try inputs.bytes("bytes")
        let tag: CBORTagRule = try inputs.text("tag") == "required" ? .signedObject : .none
        do {
            let value = try CBORValue(decoding: bytes, tag: tag)
            #expect(value.encoded == bytes)
            #expect(try value.diagnostic == result?.text("diagnostic"))
        } catch let error as CBORFault {
            #expect(try error.code.rawValue == inputs.text("fault"))
            #expect(try error.offset == Int(inputs.integer("offset")))
            throw Refusal(error)
        }
    }
}

@Test func everyChainCaseComesOutAsItSays() throws {
    try run("chains", minimum: 30) { inputs, result in
        let key: ChainKey = try inputs.fixed("chain_key")
        switch try inputs.text("operation") {
        case "walk":
            let reached = key.walk(
                from: ChainPosition(
                    index: try inputs.index("index"), payword: try inputs.fixed("payword")),
                steps: try inputs.index("steps").value)
            #expect(try reached.index == result?.index("index"))
            #expect(try reached.payword == result?.fixed("payword"))
        case "verify":
            let verifier = ChainVerifier(
                key: key, length: try inputs.index("length"),
                accepted: try inputs.position("accepted"))
            let steps = try verifier.check(
                try inputs.position("claimed"),
                stepsMaximum: try inputs.index("steps_maximum").value)
            #expect(try UInt64(steps) == result?.integer("steps"))
        case "reveal":
            var cursor = ChainCursor(
                key: key,
                tip: ChainPosition(
                    index: try inputs.index("length"), payword: try inputs.fixed("tip")))
            let revealed = try inputs.integers("indexes").map {
                cursor.advance(to: ChainIndex(UInt32($0)))?.hex
            }
            #expect(try revealed == result?.texts("paywords"))
        case let other: throw FixtureError("no operation \(other)")
        }
    }
}

@Test func everyObjectCaseIsVerifiedAsItSays() throws {
    try run("objects", minimum: 250) { inputs, result in
        guard let kind = ObjectKind(rawValue: try inputs.text("kind")) else {
            throw FixtureError("no kind")
        }
        let object = try inputs.bytes("object")
        var identity = BrokerIdentity(root: .zero)
        if inputs.has("broker") {
            identity = try BrokerIdentity(
                root: try inputs.fixed("broker"),
                signingCertificates: try inputs.byteStrings("signing_certificates").map {
                    try SignedObject(decoding: $0)
                })
        }
        let signer: PublicKey = inputs.has("signer") ? try inputs.fixed("signer") : .zero
        try ObjectVerifier(broker: identity, unnamedSigner: signer).verify(kind, object)

        let envelope = try SignedEnvelope(
            decoding: object[...], bytesMaximum: Redemption.encodedBytesMaximum)
        #expect(try envelope.digest.hex == result?.text("digest"))
        #expect(try envelope.keyID.hex == result?.text("kid"))
        let payload = try CBORValue(decoding: envelope.payloadBytes)
        #expect(try payload.diagnostic == result?.text("payload"))
        if kind == .commitment {
            let commitment = try SignedObject<Commitment>(decoding: object)
            #expect(try commitment.id.hex == result?.text("id"))
            #expect(try commitment.context.hex == result?.text("context"))
        }
    }
}

@Test func everyAmountCaseComesOutAsItSays() throws {
    try run("amounts", minimum: 45) { inputs, result in
        let amount: Amount
        switch try inputs.text("operation") {
        case "parse":
            let parts = try inputs.list("asset")
            guard parts.count == 2, let code = parts[0] as? String else {
                throw FixtureError("no asset")
            }
            let asset = try Asset(code: code, scale: UInt8(try Object.integer(parts[1])))
            amount = try asset.amount(try inputs.text("text"))
            #expect(try asset.text(amount) == result?.text("text"))
        case "add": amount = try inputs.amount("left").adding(inputs.amount("right"))
        case "subtract": amount = try inputs.amount("left").subtracting(inputs.amount("right"))
        case "multiply":
            amount = try inputs.amount("left").multiplied(by: inputs.integer("right"))
        case "fee":
            guard let share = BasisPoints(try inputs.integer("basis_points")) else {
                throw Refusal(.malformed)
            }
            amount = Fee(share: share, fixed: try inputs.amount("fixed")).of(
                try inputs.amount("gross"))
        case let other: throw FixtureError("no operation \(other)")
        }
        #expect(try amount.units == result?.integer("units"))
    }
}

@Test func everySettlementCaseIsVerifiedAsItSays() throws {
    try run("settlements", minimum: 25) { inputs, result in
        let redemption = try SignedObject<Redemption>(decoding: try inputs.bytes("redemption"))
        let answer = try SettlementAnswer(decoding: try inputs.bytes("answer"))
        let settlement = try answer.verified(for: redemption).settlement.payload
        #expect(try settlement.net.units == result?.integer("net"))
        guard let result, result.has("gross") else { return }
        #expect(try settlement.gross.units == result.integer("gross"))
        #expect(try settlement.fee.units == result.integer("fee"))
        #expect(try settlement.claimsAccepted == result.integer("claims_accepted"))
        #expect(try settlement.paywordsRedeemed == result.integer("paywords"))
        let refusals = try result.objects("refusals")
        #expect(
            try settlement.refusals.map(\.reason?.code) == refusals.map { try $0.text("reason") })
    }
}

@Test func everyKeyCaseComesOutAsItSays() throws {
    try run("keys", minimum: 30) { inputs, result in
        switch try inputs.text("operation") {
        case "verify":
            try Ed25519.verify(
                try inputs.fixed("signature"), over: try inputs.bytes("message"),
                by: try inputs.fixed("public_key"))
        case "chain-key":
            let key = ChainKey(
                context: try inputs.fixed("context"), ordinal: try ordinal(inputs))
            #expect(try key.hex == result?.text("chain_key"))
        case let operation:
            let wallet = try WalletSecret(SecretBytes(try inputs.bytes("wallet_secret")))
            try checkDerivation(operation, wallet, inputs, result)
        }
    }
}

private func ordinal(_ inputs: Object) throws -> Ordinal {
    guard let ordinal = Ordinal(try inputs.integer("ordinal")) else {
        throw Refusal(.unknownChain)
    }
    return ordinal
}

private func checkDerivation(
    _ operation: String, _ wallet: WalletSecret, _ inputs: Object, _ result: Object?
) throws {
    func check(_ key: SigningKey) throws {
        #expect(try key.seed.withBytes { Array($0) } == result?.bytes("seed"))
        #expect(try key.publicKey.hex == result?.text("public_key"))
        #expect(try "\(key.publicKey)" == result?.text("text"))
    }
    switch operation {
    case "account-key": try check(wallet.accountKey(broker: inputs.fixed("broker")))
    case "payer-key":
        try check(
            wallet.payerKey(
                broker: inputs.fixed("broker"), merchant: inputs.fixed("merchant"),
                generation: inputs.index("generation").value))
    case "note-key":
        let key = wallet.noteKey(broker: try inputs.fixed("broker"))
        #expect(try key.withBytes { Array($0) } == result?.bytes("key"))
    case "tip":
        let tip = wallet.tip(context: try inputs.fixed("context"), ordinal: try ordinal(inputs))
        #expect(try tip.hex == result?.text("payword"))
    default: throw FixtureError("no operation \(operation)")
    }
}

internal import PayWord

enum KeyOperations {
    static func verify(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let key: PublicKey = try inputs.fixed("public")
        let message = try inputs.bytes("message")
        guard let signature = Signature(try inputs.bytes("signature")) else {
            throw Refusal(.badSignature, "a signature has 64 bytes")
        }
        try Ed25519.verify(signature, over: message, by: key)
        return [:]
    }

    static func sign(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let key = try inputs.seed("seed")
        let signature = try key.sign(try inputs.bytes("message"))
        return ["public": .hex(key.publicKey), "signature": .hex(signature)]
    }

    static func derive(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let purpose = try inputs.text("purpose")
        let secret = try inputs.walletSecret()
        let broker: PublicKey = try inputs.fixed("broker")
        switch purpose {
        case "account": return describe(try secret.accountKey(broker: broker))
        case "payer":
            return describe(
                try secret.payerKey(
                    broker: broker, merchant: try inputs.fixed("merchant"),
                    generation: try inputs.short("generation", default: 0)))
        case "note":
            return ["key": .hex(secret.noteKey(broker: broker).withBytes { Array($0) })]
        default: throw inputs.fault("purpose", "is none of account, payer and note")
        }
    }

    private static func describe(_ key: SigningKey) -> JSONValue {
        [
            "seed": .hex(key.seed.withBytes { Array($0) }), "public_key": .hex(key.publicKey),
            "text": .text("\(key.publicKey)"),
        ]
    }
}

extension Inputs {
    func walletSecret() throws(Refusal) -> WalletSecret {
        try WalletSecret(SecretBytes(try bytes("wallet_secret")))
    }
}

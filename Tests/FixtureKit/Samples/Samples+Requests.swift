internal import PayWord

extension Samples {
    var requests: [ObjectSample] {
        get throws(Refusal) {
            let (broker, account) = (parties.broker.publicKey, parties.account.publicKey)
            var random = SeededRandom(label: "requests")
            return [
                try sample(
                    "reservation request",
                    parties.account.sign(
                        ReservationRequest(
                            broker: broker, account: account, commitment: commitment.object,
                            createdAt: Self.now, note: random.bytes(64))), parties.account),
                try sample(
                    "enrolment of a payer",
                    parties.account.sign(
                        Enrolment(
                            broker: broker, subject: account, role: .payer, asset: asset,
                            createdAt: Self.now)), parties.account),
                try sample(
                    "enrolment of a merchant",
                    parties.merchant.sign(
                        Enrolment(
                            broker: broker, subject: parties.merchant.publicKey, role: .merchant,
                            asset: asset, createdAt: Self.now, displayName: "The Daily Page")),
                    parties.merchant),
                try sample(
                    "certificate request",
                    parties.account.sign(
                        CertificateRequest(
                            broker: broker, account: account, subject: parties.payer.publicKey,
                            asset: asset, createdAt: Self.now)), parties.account),
                try sample(
                    "statement request",
                    parties.account.sign(
                        StatementRequest(
                            broker: broker, account: account, asset: asset, createdAt: Self.now,
                            after: commitment.object.id)), parties.account),
                try sample(
                    "withdrawal",
                    parties.account.sign(
                        Withdrawal(
                            broker: broker, account: account, asset: asset,
                            amount: try Amount(units: 1_000_000),
                            reference: .random(using: &random), createdAt: Self.now,
                            destination: "bank account ending in 42")), parties.account),
                try sample(
                    "faucet request",
                    parties.account.sign(
                        FaucetRequest(
                            broker: broker, account: account, asset: asset,
                            amount: try Amount(units: 10_000_000),
                            reference: .random(using: &random), createdAt: Self.now)),
                    parties.account),
            ]
        }
    }
}

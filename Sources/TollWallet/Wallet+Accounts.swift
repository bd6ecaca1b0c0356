public import PayWord

extension Wallet {
    /// The key of the wallet's account at a broker.
    /// - Throws: `internal` if libcrypto fails, which only memory exhaustion explains.
    public func accountKey(at broker: PublicKey) throws(Refusal) -> PublicKey {
        try context.secret.accountKey(broker: broker).publicKey
    }

    /// Opens the wallet's account at a broker. Opening it again changes nothing.
    ///
    /// `root` is the broker's root key as the wallet's owner knows it; the address is kept for the
    /// owner.
    /// - Throws: `wrong-broker` if another one answers, `wrong-asset` if it does not count that.
    public func enrol(
        at broker: any FundingBroker, root: PublicKey, address: String, asset: Asset
    ) async throws(Refusal) -> BrokerAccount {
        let description = try await broker.describe()
        guard description.root == root else {
            throw Refusal(.wrongBroker, "the broker \(description.root) answers, not \(root)")
        }
        guard description.assets.contains(asset) else {
            throw Refusal(.wrongAsset, "the broker does not count \(asset)")
        }
        let key = try context.secret.accountKey(broker: root)
        _ = try await broker.enrol(
            key.sign(
                Enrolment(
                    broker: root, subject: key.publicKey, role: .payer, asset: asset,
                    createdAt: context.clock())))
        let account = BrokerAccount(
            broker: root, address: address, asset: asset, account: key.publicKey)
        try await store.keep(account)
        return account
    }

    /// The balance, and the first page of the account's commitments.
    /// - Throws: `unknown-account` if the statement is of another account or asset, or the wallet
    ///   has none there; what the broker throws.
    public func statement(
        at broker: any FundingBroker, root: PublicKey, asset: Asset
    ) async throws(Refusal) -> AccountStatement {
        try await statement(at: broker, root: root, asset: asset, after: nil)
    }

    func statement(
        at broker: any FundingBroker, root: PublicKey, asset: Asset, after: CommitmentID?
    ) async throws(Refusal) -> AccountStatement {
        let key = try context.secret.accountKey(broker: root)
        let statement = try await broker.statement(
            key.sign(
                StatementRequest(
                    broker: root, account: key.publicKey, asset: asset,
                    createdAt: context.clock(), after: after)))
        guard statement.account == key.publicKey, statement.asset == asset else {
            throw Refusal(.unknownAccount, "the broker's statement is of another account")
        }
        return statement
    }

    /// Draws play money from a broker that runs for trials. The same reference again draws nothing
    /// more; it is drawn at random if nil.
    /// - Throws: `not-enabled`, `unknown-account`, `limit-exceeded` above what one request gets,
    ///   `rate-limited` above what 24 hours get, `reference-conflict`, `amount-mismatch` for
    ///   nothing; what the broker throws besides.
    public func drawFaucet(
        _ amount: Amount, at broker: any FundingBroker, root: PublicKey, asset: Asset,
        reference: RequestReference? = nil
    ) async throws(Refusal) {
        let key = try context.secret.accountKey(broker: root)
        try await broker.draw(
            key.sign(
                FaucetRequest(
                    broker: root, account: key.publicKey, asset: asset, amount: amount,
                    reference: reference ?? context.random.draw(), createdAt: context.clock())))
    }

    /// Asks for available money to be paid out. The same reference again withdraws nothing more; it
    /// is drawn at random if nil.
    /// - Throws: `unknown-account`, `insufficient-funds` (credit cannot be withdrawn),
    ///   `reference-conflict` if the reference withdrew something else, `amount-mismatch` for
    ///   nothing; what the broker throws besides.
    public func withdraw(
        _ amount: Amount, at broker: any FundingBroker, root: PublicKey, asset: Asset,
        destination: String? = nil, reference: RequestReference? = nil
    ) async throws(Refusal) {
        let key = try context.secret.accountKey(broker: root)
        try await broker.withdraw(
            key.sign(
                Withdrawal(
                    broker: root, account: key.publicKey, asset: asset, amount: amount,
                    reference: reference ?? context.random.draw(), createdAt: context.clock(),
                    destination: destination)))
    }
}

internal import PayWord

extension LiveChannel {
    /// Asks the merchant for its close, and keeps it with the receipt.
    ///
    /// - Throws: `overclaimed` (and the channel is disputed) if the close or the receipt say more
    ///   than was revealed or charged; `bad-signature`, `wrong-merchant` and the like if they are
    ///   not what was asked for.
    func close() async throws(Refusal) -> (close: Verified<Close>, receipt: Verified<Receipt>) {
        await gate.enter()
        let result: Result<(close: Verified<Close>, receipt: Verified<Receipt>), Refusal>
        do throws(Refusal) { result = .success(try await closeInTurn()) } catch {
            result = .failure(error.reason == .overclaimed ? await dispute(error) : error)
        }
        await gate.leave()
        return try result.get()
    }

    private func closeInTurn() async throws(Refusal) -> (
        close: Verified<Close>, receipt: Verified<Receipt>
    ) {
        if let halt { throw halt }
        let turn = try await context.turn(on: record.id)
        defer { turn.end() }
        try await catchUp()
        var (close, receipt) = try await askForClose()
        do throws(Refusal) { try check(close, receipt) } catch {
            guard error.reason == .overclaimed else { throw error }
            try await reopen()
            (close, receipt) = try await askForClose()
            try check(close, receipt)
        }
        try await context.store.close(record.id, close.encoded, receipt: receipt)
        record.stage = .closed
        record.close = close.encoded
        halt = Refusal(.channelClosed)
        return (close, receipt)
    }

    private func askForClose() async throws(Refusal) -> (Verified<Close>, Verified<Receipt>) {
        let request = try payer.sign(
            CloseRequest(
                commitmentID: record.id, merchant: record.merchant,
                createdAt: context.clock()))
        let answer = try await link.close(handle, request)
        return (
            try answer.close.verified(signedBy: record.merchant),
            try answer.receipt.verified(signedBy: record.merchant)
        )
    }

    private func check(
        _ close: Verified<Close>, _ receipt: Verified<Receipt>
    ) throws(Refusal) {
        try ReceiptCheck.check(receipt.payload, record: record)
        try ReceiptCheck.check(close.payload, receipt: receipt.payload, record: record)
    }

    /// Asks for a receipt and keeps it.
    func receipt() async throws(Refusal) -> Verified<Receipt> {
        await gate.enter()
        let result: Result<Verified<Receipt>, Refusal>
        do throws(Refusal) { result = .success(try await receiptInTurn()) } catch {
            result = .failure(error.reason == .overclaimed ? await dispute(error) : error)
        }
        await gate.leave()
        return try result.get()
    }

    private func receiptInTurn() async throws(Refusal) -> Verified<Receipt> {
        if let halt { throw halt }
        let turn = try await context.turn(on: record.id)
        defer { turn.end() }
        try await catchUp()
        var receipt = try await link.receipt(handle).verified(signedBy: record.merchant)
        do throws(Refusal) { try ReceiptCheck.check(receipt.payload, record: record) } catch {
            // A receipt shows no paywords: another copy of the wallet may have paid. Opening tells.
            guard error.reason == .overclaimed else { throw error }
            try await reopen()
            receipt = try await link.receipt(handle).verified(signedBy: record.merchant)
            try ReceiptCheck.check(receipt.payload, record: record)
        }
        try await context.store.keep(receipt)
        return receipt
    }
}

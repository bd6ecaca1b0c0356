import Benchmark
import PayWord
import PeerProtocol
import Scenes

/// What judging one payment costs in memory.
func registerPaymentRows() {
    row("verify one payword") {
        let chain = InProcess()
        return Sides(
            ours: .init(units: chain.positions.count) { try chain.judgeAll() },
            limit: .init(units: chain.positions.count) { chain.hashAll(.one) })
    }
    row("one payment: a signed voucher, Ed25519") {
        let chain = InProcess()
        let voucher = try SignedVoucher()
        try check(voucher.verify(), "the voucher does not verify")
        return Sides(
            ours: .init(units: chain.positions.count) { try chain.judgeAll() },
            rival: .init(units: 4) { for _ in 0..<4 { blackHole(voucher.verify()) } })
    }
    row("one payment: a voucher with ECDSA recovery, secp256k1") {
        let chain = InProcess()
        let voucher = try RecoveredVoucher()
        try check(voucher.recover(), "the payer is not recovered")
        return Sides(
            ours: .init(units: chain.positions.count) { try chain.judgeAll() },
            rival: .init(units: 4) { for _ in 0..<4 { blackHole(voucher.recover()) } })
    }
    row("one payment: an L402 token") {
        let chain = InProcess()
        let token = try L402Token()
        try check(token.check(), "the token does not hold")
        return Sides(
            ours: .init(units: chain.positions.count) { try chain.judgeAll() },
            rival: .init(units: 40) { for _ in 0..<40 { blackHole(token.check()) } })
    }
    row("one payment: a credential in JSON, signed") {
        let chain = InProcess()
        let credential = try JSONCredential()
        try check(credential.verify(), "the credential does not verify")
        return Sides(
            ours: .init(units: chain.positions.count) { try chain.judgeAll() },
            rival: .init(units: 4) { for _ in 0..<4 { blackHole(try credential.verify()) } })
    }
}

/// What making one payment costs the payer, and what makes a payment in other schemes.
func registerRivalRows() {
    func revealing() -> Sides.Side {
        let start = InProcess.cursor(length: 1 << 14)
        return .init(units: 1 << 14) {
            var cursor = start
            for index in 1...UInt32(1 << 14) { blackHole(cursor.advance(to: ChainIndex(index))) }
        }
    }
    row("make one payment: sign a voucher, Ed25519") {
        let voucher = try SignedVoucher()
        return Sides(
            ours: revealing(),
            rival: .init(units: 8) { for _ in 0..<8 { blackHole(voucher.sign()) } })
    }
    row("make one payment: sign a voucher, secp256k1") {
        let voucher = try RecoveredVoucher()
        return Sides(
            ours: revealing(),
            rival: .init(units: 8) { for _ in 0..<8 { blackHole(voucher.sign()) } })
    }
}

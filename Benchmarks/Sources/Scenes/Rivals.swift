import CRivals
import Foundation

/// What a voucher of another scheme says: which channel, how much in total.
private let voucherText = Array("channel 7f3a9c5e2b8d4f61, 1250 units in total".utf8)

/// A voucher signed with Ed25519.
package final class SignedVoucher {
    private let rival: OpaquePointer
    private var signature = [UInt8](repeating: 0, count: 64)

    package init() throws {
        guard let rival = rival_ed25519_new() else { throw Failure("OpenSSL has no Ed25519") }
        self.rival = rival
        try check(sign(), "OpenSSL cannot sign")
    }

    package func sign() -> Bool {
        rival_ed25519_sign(rival, voucherText, voucherText.count, &signature)
    }

    package func verify() -> Bool {
        rival_ed25519_verify(rival, voucherText, voucherText.count, signature)
    }

    /// The signature over other words, and whether it holds.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        var made = [UInt8](repeating: 0, count: 64)
        return rival_ed25519_sign(rival, message, message.count, &made) ? made : []
    }

    package func verify(_ made: [UInt8], over message: [UInt8]) -> Bool {
        made.count == 64 && rival_ed25519_verify(rival, message, message.count, made)
    }
}

/// A voucher signed on secp256k1, from which the payer is recovered.
package final class RecoveredVoucher {
    private let rival: OpaquePointer
    private let digest = [UInt8](repeating: 0x5a, count: 32)
    private var signature = [UInt8](repeating: 0, count: 65)

    package init() throws {
        guard let rival = rival_secp256k1_new() else { throw Failure("no secp256k1") }
        self.rival = rival
        try check(sign(), "libsecp256k1 cannot sign")
    }

    package func sign() -> Bool { rival_secp256k1_sign(rival, digest, &signature) }
    package func recover() -> Bool { rival_secp256k1_recover(rival, digest, signature) }
}

/// A macaroon and the preimage of the payment that it was bought with.
package final class L402Token {
    private let rival: OpaquePointer

    package init() throws {
        guard let rival = rival_l402_new() else { throw Failure("OpenSSL has no HMAC") }
        self.rival = rival
    }

    package func check() -> Bool { rival_l402_check(rival) }
}

/// A credential as payment schemes over HTTP carry it: JSON in base64url in a header field, in it a
/// voucher and its signature.
package final class JSONCredential {
    private struct Credential: Codable {
        struct Voucher: Codable {
            let channelId: String
            let cumulativeAmount: String
            let signature: String
        }
        let challenge: String
        let source: String
        let payload: Voucher
    }

    private let signer: SignedVoucher
    private let header: String

    package init() throws {
        signer = try SignedVoucher()
        let (channel, amount) = (String(repeating: "7f3a9c5e", count: 8), "1250")
        let signature = signer.sign(Self.signed(channel, amount))
        let credential = Credential(
            challenge: "x7Tg2pLqR9mKwNvBcFdAeY", source: "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2Q",
            payload: .init(
                channelId: channel, cumulativeAmount: amount,
                signature: Data(signature).base64EncodedString()))
        header = try JSONEncoder().encode(credential).base64EncodedString()
    }

    package func verify() throws -> Bool {
        guard let json = Data(base64Encoded: header) else { return false }
        let voucher = try JSONDecoder().decode(Credential.self, from: json).payload
        guard let signature = Data(base64Encoded: voucher.signature) else { return false }
        return signer.verify(
            Array(signature), over: Self.signed(voucher.channelId, voucher.cumulativeAmount))
    }

    private static func signed(_ channel: String, _ amount: String) -> [UInt8] {
        Array("voucher \(channel) \(amount)".utf8)
    }
}

internal import DeterministicCBOR
internal import PayWord

/// What a restore needs beside the commitment, sealed for the wallet alone and kept by the broker:
/// `{1: generation, 2: address, 3: salt (optional), 4: funding mode}`, bound to the commitment.
struct RestoreNote: Sendable, Equatable {
    var generation: UInt32
    var address: String
    var salt: TermsSalt?
    var mode: FundingMode

    /// The note, sealed under the wallet's key for this broker.
    func sealed(
        for commitment: SignedObject<Commitment>, secret: WalletSecret, random: RandomSource
    ) throws(Refusal) -> [UInt8] {
        let fields = CBORValue.fields([
            (1, .unsigned(UInt64(generation))), (2, .text(address)), (3, salt.map { .fixed($0) }),
            (4, .unsigned(UInt64(mode.rawValue))),
        ])
        return try random.seal(
            fields.encoded, associated: commitment.digest.bytes,
            key: secret.noteKey(broker: commitment.payload.broker))
    }

    init(generation: UInt32, address: String, salt: TermsSalt?, mode: FundingMode) {
        self.generation = generation
        self.address = address
        self.salt = salt
        self.mode = mode
    }

    /// Opens a note.
    /// - Throws: `malformed` if this wallet did not seal it for this commitment.
    init(
        opening sealed: [UInt8], for commitment: SignedObject<Commitment>, secret: WalletSecret
    ) throws(Refusal) {
        let plain = try SealedNote.open(
            sealed, associated: commitment.digest.bytes,
            key: secret.noteKey(broker: commitment.payload.broker))
        var reader = try FieldReader(plain[...])
        generation = try reader.required(1) { (d) throws(Refusal) in
            UInt32(
                truncatingIfNeeded: try d.readNumber("generation", in: 0...UInt64(UInt32.max)))
        }
        address = try reader.required(2) { (d) throws(Refusal) in
            try d.readText("address", bytesMaximum: ChannelTerms.addressBytesMaximum)
        }
        salt = try reader.optional(3) { (d) throws(Refusal) in try d.readFixed("salt") }
        let mode = try reader.required(4) { (d) throws(Refusal) in try d.readNumber("mode") }
        guard let known = UInt8(exactly: mode).flatMap(FundingMode.init) else {
            throw Refusal(.malformed, "funding mode \(mode) is not known")
        }
        self.mode = known
        try reader.finish()
    }
}

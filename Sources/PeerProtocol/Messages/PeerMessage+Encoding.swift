public import DeterministicCBOR
internal import PayWord

extension PeerMessage {
    /// The one encoding of this message, without the frame's length.
    public var encoded: [UInt8] {
        var encoder = CBOREncoder(capacity: 64)
        write(to: &encoder)
        return encoder.bytes
    }

    /// Writes the array after what the encoder holds.
    public func write(to encoder: inout CBOREncoder) {
        switch self {
        case .hello(let hello): hello.write(to: &encoder)
        case .helloAck(let ack): ack.write(to: &encoder, signed: true)
        case .quote(let resource):
            encoder.writeHead(.quote, count: 2)
            encoder.writeText(resource)
        case .offer(let object):
            encoder.writeHead(.offer, count: 2)
            encoder.writeBytes(object)
        case .open(let open): open.write(to: &encoder)
        case .opened(let opened):
            encoder.writeHead(.opened, count: 5, opened.handle)
            encoder.writeClaims(opened.paywords)
            encoder.writeUnsigned(opened.accepted.units)
            encoder.writeUnsigned(opened.spent.units)
        case .pay(let pay): pay.write(to: &encoder)
        case .paid(let paid):
            encoder.writeHead(.paid, count: 5, paid.handle)
            encoder.writeUnsigned(paid.sequence)
            encoder.writeUnsigned(paid.accepted.units)
            encoder.writeUnsigned(paid.spent.units)
        case .meter(let meter):
            encoder.writeHead(.meter, count: 5, meter.handle)
            encoder.writeUnsigned(meter.number)
            encoder.writeUnsigned(meter.amountDue.units)
            encoder.writeUnsigned(meter.units)
        case .close(let handle, let request):
            encoder.writeHead(.close, count: 3, handle)
            encoder.writeBytes(request)
        case .closed(let handle, let close, let receipt):
            encoder.writeHead(.closed, count: 4, handle)
            encoder.writeBytes(close)
            encoder.writeBytes(receipt)
        case .error(let error): error.write(to: &encoder)
        case .receiptPlease(let handle):
            encoder.writeHead(.receiptPlease, count: 2, handle)
        case .receipt(let handle, let receipt):
            encoder.writeHead(.receipt, count: 3, handle)
            encoder.writeBytes(receipt)
        }
    }
}

extension Hello {
    func write(to encoder: inout CBOREncoder) {
        encoder.writeHead(.hello, count: 4)
        encoder.writeArray(count: versions.count)
        for version in versions { encoder.writeUnsigned(version) }
        nonce.withBytes { encoder.writeBytes($0) }
        encoder.writeText(agent)
    }
}

extension HelloAck {
    /// The array; for the transcript without its signature, in whose place null stands.
    func write(to encoder: inout CBOREncoder, signed: Bool) {
        encoder.writeHead(.helloAck, count: 6)
        encoder.writeUnsigned(version)
        merchant.withBytes { encoder.writeBytes($0) }
        nonce.withBytes { encoder.writeBytes($0) }
        limits.write(to: &encoder)
        if signed { signature.withBytes { encoder.writeBytes($0) } } else { encoder.writeNull() }
    }
}

extension Open {
    fileprivate func write(to encoder: inout CBOREncoder) {
        encoder.writeHead(.open, count: 6, handle)
        encoder.writeBytes(commitment)
        encoder.writeArray(count: funding.count)
        for object in funding { encoder.writeBytes(object) }
        proof.withBytes { encoder.writeBytes($0) }
        if let salt { salt.withBytes { encoder.writeBytes($0) } } else { encoder.writeNull() }
    }
}

extension Pay {
    fileprivate func write(to encoder: inout CBOREncoder) {
        encoder.writeHead(.pay, count: 6, handle)
        encoder.writeUnsigned(sequence)
        encoder.writeClaims(paywords)
        encoder.writeUnsigned(amount.units)
        if let reference { encoder.writeBytes(reference) } else { encoder.writeNull() }
    }
}

extension PeerError {
    fileprivate func write(to encoder: inout CBOREncoder) {
        encoder.writeHead(.error, count: 6)
        if let handle { encoder.writeUnsigned(handle.value) } else { encoder.writeNull() }
        if let sequence { encoder.writeUnsigned(sequence) } else { encoder.writeNull() }
        encoder.writeUnsigned(reasonNumber)
        encoder.writeBool(retryable)
        encoder.writeText(text)
    }
}

extension CBOREncoder {
    fileprivate mutating func writeHead(_ kind: PeerMessage.Kind, count: Int) {
        writeArray(count: count)
        writeUnsigned(kind.rawValue)
    }

    fileprivate mutating func writeHead(
        _ kind: PeerMessage.Kind, count: Int, _ handle: Handle
    ) {
        writeHead(kind, count: count)
        writeUnsigned(handle.value)
    }

    fileprivate mutating func writeClaims(_ claims: PaywordClaims) {
        writeArray(count: claims.count)
        for claim in claims { claim.write(to: &self) }
    }
}

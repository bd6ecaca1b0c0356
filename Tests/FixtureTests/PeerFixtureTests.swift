import DeterministicCBOR
import FixtureKit
import PayWord
import PeerProtocol
import Testing

@Test func everyFrameCaseIsDecodedAsItSays() throws {
    try run("frames", minimum: 60) { inputs, result in
        let frame = try inputs.bytes("frame")
        var decoder = FrameDecoder()
        decoder.append(frame)
        guard let body = try decoder.next() else { throw FixtureError("no whole frame") }
        #expect(decoder.count == 0)
        let message = try PeerMessage(decoding: body)
        #expect(try UInt64(message.kind.rawValue) == result?.integer("type"))
        #expect(try CBORValue(decoding: body).diagnostic == result?.text("message"))
        var encoder = FrameEncoder()
        try encoder.write(message)
        #expect(encoder.bytes == frame)
    }
}

@Test func threat29AFrameThatPromisesMoreThanTheLimitIsRefusedAtItsLength() {
    for length: UInt32 in [65_537, 1 << 31, .max] {
        var decoder = FrameDecoder()
        decoder.append(withUnsafeBytes(of: length.bigEndian) { Array($0) })
        #expect(throws: Refusal(.tooLarge)) { try decoder.next() }
    }
}

@Test func theSmallestPaymentsFrameHasAtMost64Bytes() throws {
    let files = try FixtureFolder().files.filter { $0.subject == "frames" }
    let item = try #require(files.flatMap(\.cases).first { $0.id == "frame-small-pay" })
    #expect(try item.fields.bytes("frame").count <= 64)
}

@Test func everySessionGoesAsItSays() throws {
    try run("sessions", minimum: 30) { inputs, _ in
        let seed = SecretBytes(try inputs.bytes("merchant_seed"))
        let limits = try inputs.object("limits")
        var session = MerchantSession(
            configuration: MerchantSession.Configuration(
                limits: PeerLimits(
                    jump: try limits.index("jump").value,
                    unansweredFrames: try limits.index("unanswered_frames").value,
                    channels: try limits.index("channels").value)),
            key: try SigningKey(seed: seed), nonce: try inputs.fixed("nonce"), certificate: nil,
            now: Timestamp(try inputs.integer("began")))
        var lastError: Reason?
        for (number, step) in try inputs.objects("steps").enumerated() {
            let actions = try session.perform(step)
            lastError = try check(actions, step, "\(try inputs.text("id")), step \(number)")
        }
        if let lastError { throw Refusal(lastError) }
    }
}

/// Compares what the session did with what the step says.
/// - Returns: the reason of the error that was sent last, if the step sent nothing after it.
private func check(
    _ actions: [MerchantAction], _ step: Object, _ place: String
) throws -> Reason? {
    var sent = FrameDecoder()
    var requests: [FixtureValue] = []
    var ends: Reason?
    for action in actions {
        switch action {
        case .send(let bytes): sent.append(bytes)
        case .perform(let request): requests.append(request.fixture)
        case .end(let end): ends = end.refusal?.reason
        }
    }
    var frames: [PeerMessage] = []
    while let body = try sent.next() { frames.append(try PeerMessage(decoding: body).withoutText) }
    let expected = try step.byteStrings("send").map { frame in
        try PeerMessage(decoding: frame.dropFirst(Frame.lengthByteCount)).withoutText
    }
    #expect(frames == expected, "\(place): sent")
    #expect(try requests == step.requests("requests"), "\(place): requests")
    #expect(try ends?.code == (step.has("ends") ? step.text("ends") : nil), "\(place): ends")
    guard case .error(let error)? = frames.last else { return nil }
    return error.reason
}

extension PeerMessage {
    /// The texts of errors are not part of what is compared.
    fileprivate var withoutText: PeerMessage {
        guard case .error(var error) = self else { return self }
        error.text = ""
        return .error(error)
    }
}

extension MerchantRequest {
    /// As the fixtures write a request.
    fileprivate var fixture: FixtureValue {
        func object(_ fields: [(String, FixtureValue)]) -> FixtureValue {
            .object(fields.map(FixtureValue.Field.init))
        }
        switch self {
        case .offer(let resource):
            return object([("kind", .text("offer")), ("resource", .text(resource))])
        case .open(let open):
            return object([
                ("kind", .text("open")), ("handle", .integer(UInt64(open.handle.value))),
                ("commitment_id", .hex(open.commitment.id.bytes)),
            ])
        case .pay(let pay):
            return object([
                ("kind", .text("pay")), ("handle", .integer(UInt64(pay.handle.value))),
                ("sequence", .integer(UInt64(pay.sequence))),
                (
                    "paywords",
                    .list(
                        pay.paywords.map { claim in
                            object([
                                ("ordinal", .integer(UInt64(claim.ordinal.value))),
                                ("index", .integer(UInt64(claim.index.value))),
                                ("payword", .hex(claim.payword.bytes)),
                            ])
                        })
                ), ("amount", .decimal(pay.amount.units)),
            ])
        case .close(let handle, _, _):
            return object([
                ("kind", .text("close")), ("handle", .integer(UInt64(handle.value))),
            ])
        case .receipt(let handle, _):
            return object([
                ("kind", .text("receipt")), ("handle", .integer(UInt64(handle.value))),
            ])
        }
    }
}

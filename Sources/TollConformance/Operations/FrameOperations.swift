internal import DeterministicCBOR
internal import PayWord
internal import PeerProtocol

enum FrameOperations {
    static func decode(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        var decoder = FrameDecoder()
        decoder.append(try inputs.bytes("frame"))
        guard let body = try decoder.next() else {
            throw Refusal(.malformed, "fewer bytes than a frame has")
        }
        guard decoder.count == 0 else {
            throw Refusal(.malformed, "\(decoder.count) bytes after the frame")
        }
        let message = try PeerMessage(decoding: body)
        let value = try refusing { () throws(CBORFault) in
            try CBORValue(decoding: message.encoded)
        }
        return ["type": .count(message.kind.rawValue), "message": .text(value.diagnostic)]
    }
}

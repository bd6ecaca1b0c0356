internal import DeterministicCBOR
internal import PayWord

enum CBOROperations {
    /// One item of the profile, and its encoding again.
    static func decode(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let bytes = try inputs.bytes("bytes")
        let rule: CBORTagRule
        switch try inputs.has("tag") ? inputs.text("tag") : "none" {
        case "none": rule = .none
        case "required": rule = .signedObject
        default: throw inputs.fault("tag", "is neither none nor required")
        }
        let value = try refusing { () throws(CBORFault) in
            try CBORValue(decoding: bytes, tag: rule)
        }
        return ["bytes": .hex(value.encoded), "diagnostic": .text(value.diagnostic)]
    }
}

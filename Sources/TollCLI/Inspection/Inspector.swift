internal import DeterministicCBOR
internal import PayWord
internal import PeerProtocol

/// Finds out what bytes are and explains them.
///
/// ```swift
/// let bytes = try InspectionInput.decode("d28458…")
/// for part in Inspector.inspect(bytes).parts { print(part.name, part.text) }
/// ```
public enum Inspector {
    /// Explains any object, frame, message, payword or key of the protocol; of other bytes, their
    /// CBOR, or why they are none.
    public static func inspect(_ bytes: [UInt8]) -> Inspection { inspect(bytes, nesting: 0) }

    /// Explains bytes of which somebody says what they are.
    public static func inspect(_ bytes: [UInt8], as reading: InspectionReading) -> Inspection {
        switch reading {
        case .anything: return inspect(bytes)
        case .item(let isTagged):
            return inspectPlainItem(bytes, tag: isTagged ? .signedObject : .none)
        case .answer(let answer):
            var found = inspectPlainItem(bytes, tag: .none)
            guard found.fault == nil else { return found }
            found.kind = answer.rawValue
            found.title = "a broker's answer (\(answer.rawValue)) of \(bytes.count) bytes"
            do throws(Refusal) { try answer.check(bytes) } catch { found.fail(error, in: bytes) }
            return found
        case .object:
            guard bytes.first == signedObjectInitialByte else { return inspect(bytes) }
            return SignedObjectInspector.inspect(bytes, nesting: 0, refusesSums: false)
        }
    }

    /// What is said of a secret, which is not shown.
    public static let secret = Inspection(
        kind: "secret-key",
        title: "32 bytes, which look like a secret key file: they are not shown")

    /// Explains bytes that stand in `nesting` messages and objects.
    static func inspect(_ bytes: [UInt8], nesting: Int) -> Inspection {
        if bytes.first == signedObjectInitialByte {
            return SignedObjectInspector.inspect(bytes, nesting: nesting)
        }
        if let frames = frames(in: bytes) { return inspectFrames(frames, bytes, nesting) }
        if bytes.count == PublicKey.byteCount, !isCBOR(bytes) { return inspect32(bytes) }
        return inspectItem(bytes, nesting)
    }

    /// Tag 18.
    private static let signedObjectInitialByte: UInt8 = 0xd2

    private static func isCBOR(_ bytes: [UInt8]) -> Bool {
        (try? CBORValue(decoding: bytes)) != nil
    }

    private static func inspect32(_ bytes: [UInt8]) -> Inspection {
        var found = Inspection(kind: "payword", title: "32 bytes: a payword, a digest or a key")
        found.add("as a payword, digest or root", Hex.encode(bytes))
        if let key = PublicKey(bytes) {
            found.add(
                "as a party's key", key.description, remark: key.isWeak ? "weak key" : nil)
        }
        return found
    }

    // MARK: Frames

    /// The bodies of one or more frames that make up the whole input; nil if it is not that. The
    /// last may be cut off.
    private static func frames(in bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        var rest = bytes[...]
        var frames: [ArraySlice<UInt8>] = []
        while !rest.isEmpty {
            guard rest.count > 4, rest[rest.startIndex] == 0 else { return nil }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let body = rest.dropFirst(4)
            guard let first = body.first, (0x82...0x86).contains(first), length > 0 else {
                return nil
            }
            frames.append(body.prefix(length))
            rest = body.dropFirst(length)
        }
        return frames.isEmpty ? nil : frames
    }

    private static func inspectFrames(
        _ frames: [ArraySlice<UInt8>], _ bytes: [UInt8], _ nesting: Int
    ) -> Inspection {
        var found = Inspection(
            kind: "frame",
            title: frames.count == 1 ? "a frame of \(bytes.count) bytes" : "\(frames.count) frames")
        for (position, frame) in frames.enumerated() {
            let declared = bytes[(frame.startIndex - 4)..<frame.startIndex].reduce(0) {
                $0 << 8 | Int($1)
            }
            let message = inspectItem(Array(frame), nesting)
            if frames.count == 1 { found.title += ": \(message.title)" }
            found.add(
                frames.count == 1 ? "frame" : "frame \(position)", message.title,
                remark: "length \(declared)")
            for part in message.parts {
                found.add(part.name, part.text, depth: part.depth + 1, remark: part.remark)
            }
            if declared != frame.count {
                found.fail(
                    Refusal(
                        .malformed, "the frame says \(declared) bytes and has \(frame.count)",
                        at: frame.startIndex - 4), in: bytes)
            } else if let fault = message.fault ?? refusal(frame), found.fault == nil {
                found.fail(
                    Refusal(
                        fault.reason, fault.detail,
                        at: fault.offset.map { $0 + frame.startIndex }), in: bytes)
            }
        }
        return found
    }

    /// Why a frame's body is no message; nil if it is one.
    private static func refusal(_ body: ArraySlice<UInt8>) -> Refusal? {
        do throws(Refusal) { _ = try PeerMessage(decoding: Array(body)[...]) } catch {
            return error
        }
        return nil
    }

    // MARK: Messages and other items

    private static func inspectPlainItem(
        _ bytes: [UInt8], tag: CBORTagRule = .optional
    ) -> Inspection {
        let value: CBORValue
        do { value = try CBORValue(decoding: bytes, tag: tag) } catch {
            return notCBOR(bytes, error)
        }
        var found = Inspection(kind: "cbor", title: "\(bytes.count) bytes of deterministic CBOR")
        FieldStyle.tree.show(value, named: "item", depth: 0, in: &found)
        return found
    }

    private static func notCBOR(_ bytes: [UInt8], _ fault: CBORFault) -> Inspection {
        var found = Inspection(
            kind: "bytes", title: "\(bytes.count) bytes that are not deterministic CBOR")
        found.fail(Refusal(fault), in: bytes)
        return found
    }

    private static func inspectItem(_ bytes: [UInt8], _ nesting: Int) -> Inspection {
        let value: CBORValue
        do { value = try CBORValue(decoding: bytes, tag: .optional) } catch {
            return notCBOR(bytes, error)
        }
        if case .array(let elements) = value, case .unsigned(let type)? = elements.first,
            let message = MessageFields.of(type)
        {
            return inspectMessage(message, elements, bytes, nesting)
        }
        return PayloadInspector.inspect(value, bytes, nesting: nesting) ?? inspectPlainItem(bytes)
    }

    private static func inspectMessage(
        _ message: (name: String, elements: [(String, FieldStyle)]), _ elements: [CBORValue],
        _ bytes: [UInt8], _ nesting: Int
    ) -> Inspection {
        var found = Inspection(
            kind: message.name, title: "\(message.name), a message of \(bytes.count) bytes",
            nesting: nesting)
        for (position, value) in elements.dropFirst().enumerated() {
            let (name, style) =
                position < message.elements.count
                ? message.elements[position] : ("element \(position + 1)", .tree)
            style.show(value, named: name, depth: 0, in: &found)
        }
        do { _ = try PeerMessage(decoding: bytes[...]) } catch { found.fail(error, in: bytes) }
        return found
    }
}

internal import PayWord
internal import PeerProtocol

extension Fixture {
    /// What is wrong with an answer to ``request``; nil if it is as the case says.
    public func fault(of answer: JSONValue) -> String? {
        guard case .object = answer else { return "the answer is no JSON object" }
        guard answer["id"] == .text(id) else { return "the answer is to another request" }
        guard case .bool(let isAccepted)? = answer["ok"] else { return "the answer has no ok" }
        if let reason {
            guard !isAccepted else { return "accepted, and not refused with \(reason)" }
            let given = answer["reason"]?.asText ?? "no reason"
            guard given == reason else {
                return "refused with \(PrintableText.escape(given)), and not with \(reason)"
            }
            if let offset, let found = answer["offset"], !Self.same(offset, found) {
                return "the fault is at \(offset.line), and not at \(found.line)"
            }
        } else if !isAccepted {
            let given = answer["reason"]?.asText ?? "no reason"
            return "refused with \(PrintableText.escape(given)), and not accepted"
        }
        return faultOfResult(answer["result"])
    }

    private func faultOfResult(_ found: JSONValue?) -> String? {
        for member in result {
            guard let value = found?[member.name] else { return "result.\(member.name) is missing" }
            let isSession = operation == "session.run"
            guard
                Self.same(
                    isSession ? Self.withoutTexts(member.value) : member.value,
                    isSession ? Self.withoutTexts(value) : value)
            else {
                return "result.\(member.name) is not \(Self.shortened(member.value)): "
                    + Self.shortened(value)
            }
        }
        return nil
    }

    private static func shortened(_ value: JSONValue) -> String {
        let line = PrintableText.escape(value.line)
        return line.count <= 120 ? line : "\(line.prefix(117))…"
    }

    /// Whether two values say the same: a whole number may be decimal text, and members may stand in
    /// any order.
    private static func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.integer(let number), .text(let text)), (.text(let text), .integer(let number)):
            return "\(number)" == text
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(same)
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { member in
                    right.contains { $0.name == member.name && same(member.value, $0.value) }
                }
        default: return left == right
        }
    }

    /// A transcript with the texts of errors emptied: they are free.
    private static func withoutTexts(_ steps: JSONValue) -> JSONValue {
        guard case .list(let steps) = steps else { return steps }
        return .list(
            steps.map { step in
                guard case .object(let members) = step else { return step }
                return .object(
                    members.map { member in
                        guard member.name == "send", case .list(let frames) = member.value else {
                            return member
                        }
                        return .init("send", .list(frames.map(withoutText)))
                    })
            })
    }

    private static func withoutText(_ frame: JSONValue) -> JSONValue {
        guard let bytes = frame.asText.flatMap({ Hex.decode($0) }), bytes.count > 4,
            let message = try? PeerMessage(decoding: bytes.dropFirst(Frame.lengthByteCount)),
            case .error(var error) = message
        else { return frame }
        error.text = ""
        return .hex(PeerMessage.error(error).encoded)
    }
}

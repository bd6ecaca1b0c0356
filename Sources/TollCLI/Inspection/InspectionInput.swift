public import PayWord

/// Turns what a person pastes into bytes: raw bytes, hexadecimal, or base64url, with white space and
/// a `0x` in front allowed.
public enum InspectionInput {
    /// The bytes that `raw` stands for. Text of hexadecimal or base64url is decoded, anything else is
    /// taken as it is.
    public static func bytes(_ raw: [UInt8]) -> [UInt8] {
        guard raw.allSatisfy({ $0 < 0x80 }) else { return raw }
        let text = String(decoding: raw, as: UTF8.self).filter { !$0.isWhitespace }
        return (try? decode(text)) ?? raw
    }

    /// The bytes of hexadecimal or base64url.
    /// - Throws: `malformed` for text that is neither.
    public static func decode(_ text: some StringProtocol) throws(Refusal) -> [UInt8] {
        let compact = String(text.filter { !$0.isWhitespace })
        let hex = compact.hasPrefix("0x") ? compact.dropFirst(2) : compact[...]
        if !hex.isEmpty, let bytes = Hex.decode(hex) { return bytes }
        let unpadded = compact.trimmingSuffix("=")
        if !unpadded.isEmpty, let bytes = Base64URL.decode(unpadded) { return bytes }
        throw Refusal(.malformed, "neither hexadecimal nor base64url")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> Substring {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == character { end = index(before: end) }
        return self[..<end]
    }
}

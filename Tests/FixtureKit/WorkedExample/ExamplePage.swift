internal import PayWord

/// Markdown, put together piece by piece.
struct ExamplePage {
    private(set) var text = ""

    mutating func title(_ title: String) { text += "# \(title)\n" }

    mutating func section(_ title: String) { text += "\n## \(title)\n" }

    mutating func say(_ sentences: String) { text += "\n\(sentences)\n" }

    mutating func code(_ lines: [String]) {
        text += "\n```\n" + lines.joined(separator: "\n") + "\n```\n"
    }

    /// Names and their bytes, the names in a column, long values in rows of 32 bytes.
    mutating func values(_ values: [(String, [UInt8])]) {
        let width = (values.map(\.0.count).max() ?? 0) + 2
        let blank = String(repeating: " ", count: width)
        var lines: [String] = []
        for (name, bytes) in values {
            let rows = Self.rows(bytes)
            for (place, row) in rows.enumerated() {
                let margin = place > 0 ? blank : name + blank.dropFirst(name.count)
                lines.append(margin + row)
            }
        }
        code(lines)
    }

    /// Bytes alone, in rows of 32.
    mutating func bytes(_ bytes: [UInt8]) { code(Self.rows(bytes)) }

    private static func rows(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: max(bytes.count, 1), by: 32).map { start in
            Array(bytes[start..<min(start + 32, bytes.count)]).hex
        }
    }

    /// An encoding, byte by byte.
    mutating func explain(_ bytes: [UInt8], _ layout: Layout) throws {
        code(try AnnotatedCBOR.lines(bytes, layout))
    }

    /// A frame, byte by byte: its length, then its body.
    mutating func explain(frame: [UInt8], _ layout: Layout) throws {
        let body = Array(frame.dropFirst(4))
        let length = "    0  \(Array(frame.prefix(4)).hex)"
        let margin = String(repeating: " ", count: 52 - length.count)
        code(
            ["\(length)\(margin)length of the body: \(body.count)"]
                + (try AnnotatedCBOR.lines(body, layout, base: 4)))
    }

    /// A signed object: its payload byte by byte, what is signed, and the whole encoding.
    mutating func sign(
        _ name: String, _ encoded: [UInt8], _ layout: Layout, by signer: String
    ) throws {
        let raw = try RawObject(encoded)
        say("The payload:")
        try explain(raw.payload, layout)
        say("The protected header:")
        try explain(raw.protected, .protectedHeader)
        say("What \(signer) signs (TC-01.22), and the signature:")
        let input = SigStructure.bytes(protected: raw.protected, payload: raw.payload)
        try explain(input, .signatureInput)
        values([("signature", raw.signature)])
        say("The whole \(name), \(encoded.count) bytes:")
        bytes(encoded)
    }
}

/// The Sig_structure of RFC 9052, section 4.4, written out.
enum SigStructure {
    static func bytes(protected: [UInt8], payload: [UInt8]) -> [UInt8] {
        [0x84, 0x6a] + Array("Signature1".utf8) + string(protected) + [0x40] + string(payload)
    }

    /// A byte string of up to 65,535 bytes.
    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        let count = bytes.count
        if count < 24 { return [0x40 + UInt8(count)] + bytes }
        if count < 256 { return [0x58, UInt8(count)] + bytes }
        return [0x59, UInt8(count >> 8 & 0xff), UInt8(count & 0xff)] + bytes
    }
}

/// Why a byte string is not in the profile, and where.
///
/// Reading goes front to back and stops at the first fault, so every implementation that reads in
/// that order names the same one. Equality looks at the code alone: tests match on what is wrong,
/// and print where.
///
/// ```swift
/// do { _ = try CBORDecoder([0x18, 0x05]) } catch { print(error) }
/// // notShortest at byte 0: an argument below 24 belongs in the initial byte
/// ```
public struct CBORFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: String, Sendable, CaseIterable {
        // Not well-formed (RFC 8949, section 5.3.1, and appendix F).
        /// An item, or a declared length or count, goes past the last byte.
        case endOfInput
        /// Additional information 28 to 30, or 31 where no indefinite length exists, or a
        /// two-byte simple value below 32.
        case reservedInformation
        /// A break with nothing to end.
        case unexpectedBreak
        /// A text string that is not UTF-8.
        case invalidText
        /// Bytes after the one item.
        case trailingBytes
        /// Arrays and maps nested deeper than ``CBORProfile/nestingMaximum``.
        case nestedTooDeeply

        // Well-formed, but not what the encoder writes (RFC 8949, section 4.2.1, and the profile).
        /// A length, count or integer written longer than need be.
        case notShortest
        /// A string, array or map of indefinite length.
        case indefiniteLength
        /// A map key that is not an integer.
        case keyNotInteger
        /// A map key below the one before it in bytewise order.
        case keysNotSorted
        /// The same map key twice.
        case duplicateKey
        /// A half, single or double float.
        case floatingPoint
        /// A tag other than 18 at the top of a signed object.
        case tagNotAllowed
        /// A simple value other than false, true and null.
        case simpleNotAllowed

        // In the profile, but not what the reader asked for.
        /// An item of another type, or a value outside the range asked for.
        case unexpectedType
    }

    /// The kind of fault.
    public let code: Code
    /// The offset, from the first byte of the input, of the item at fault.
    public let offset: Int

    /// A fault of the given kind at the given offset.
    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// Whether the input is well-formed CBOR that the deterministic profile refuses.
    public var isNotCanonical: Bool {
        switch code {
        case .notShortest, .indefiniteLength, .keyNotInteger, .keysNotSorted, .duplicateKey,
            .floatingPoint, .tagNotAllowed, .simpleNotAllowed:
            true
        case .endOfInput, .reservedInformation, .unexpectedBreak, .invalidText, .trailingBytes,
            .nestedTooDeeply, .unexpectedType:
            false
        }
    }

    /// Whether both are of the same kind, wherever they are: ``offset`` is not compared.
    public static func == (left: CBORFault, right: CBORFault) -> Bool { left.code == right.code }

    /// The kind, the offset and the explanation: `notShortest at byte 0: …`, for logs and tests.
    public var description: String { "\(code.rawValue) at byte \(offset): \(code.explanation)" }
}

extension CBORFault.Code {
    /// One line that tells a person what is wrong.
    public var explanation: String {
        switch self {
        case .endOfInput: "an item or a declared length goes past the last byte"
        case .reservedInformation: "additional information that RFC 8949 reserves"
        case .unexpectedBreak: "a break with nothing to end"
        case .invalidText: "a text string that is not UTF-8"
        case .trailingBytes: "bytes after the end of the item"
        case .nestedTooDeeply:
            "more than \(CBORProfile.nestingMaximum) arrays and maps inside one another"
        case .notShortest: "a head that is longer than it need be"
        case .indefiniteLength: "an indefinite length"
        case .keyNotInteger: "a map key that is not an integer"
        case .keysNotSorted: "a map key out of order"
        case .duplicateKey: "a map key that stands twice"
        case .floatingPoint: "a floating-point number"
        case .tagNotAllowed: "a tag where none may stand"
        case .simpleNotAllowed: "a simple value other than false, true and null"
        case .unexpectedType: "another type or range than what belongs here"
        }
    }
}

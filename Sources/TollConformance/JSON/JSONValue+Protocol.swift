internal import PayWord

extension JSONValue {
    /// Bytes, as hexadecimal.
    static func hex(_ bytes: some Collection<UInt8>) -> JSONValue { .text(Hex.encode(bytes)) }

    /// A fixed number of bytes, as hexadecimal.
    static func hex(_ value: some FixedBytes) -> JSONValue { .text(value.hex) }

    /// An amount of money: always decimal text.
    static func amount(_ amount: Amount) -> JSONValue { .text("\(amount.units)") }

    static func index(_ index: ChainIndex) -> JSONValue { .integer(UInt64(index.value)) }

    static func count(_ count: some BinaryInteger) -> JSONValue {
        .integer(UInt64(clamping: count))
    }

    static func reason(_ reason: Reason) -> JSONValue { .text(reason.code) }
}

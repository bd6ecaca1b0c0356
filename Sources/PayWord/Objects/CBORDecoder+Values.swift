public import DeterministicCBOR

/// The protocol's values as CBOR items. Each reader refuses what is not one with `malformed`, or
/// with the reason that the value's own type gives.
extension CBORDecoder {
    /// Runs one read and turns its fault into a refusal that names `what`.
    mutating func reading<Value>(
        _ what: String, _ body: (inout CBORDecoder) throws(CBORFault) -> Value
    ) throws(Refusal) -> Value {
        do { return try body(&self) } catch { throw Refusal(error, in: what) }
    }

    /// A byte string of exactly the length of `Value`.
    public mutating func readFixed<Value: FixedBytes>(
        _ what: String = "\(Value.self)"
    ) throws(Refusal) -> Value {
        let start = offset
        let bytes = try reading(what) { (decoder) throws(CBORFault) in try decoder.readBytes() }
        guard let value = Value(bytes) else {
            throw Refusal(
                .malformed, "\(what) has \(Value.byteCount) bytes, not \(bytes.count)", at: start)
        }
        return value
    }

    /// An unsigned integer within `range`.
    public mutating func readNumber(
        _ what: String, in range: ClosedRange<UInt64> = 0...UInt64.max
    ) throws(Refusal) -> UInt64 {
        let start = offset
        let value = try reading(what) { (decoder) throws(CBORFault) in
            try decoder.readUnsigned()
        }
        guard range.contains(value) else {
            throw Refusal(
                .malformed, "\(what) is \(value), not \(range.lowerBound) to \(range.upperBound)",
                at: start)
        }
        return value
    }

    /// An amount. Above 2^63 - 1 it is `amount-overflow`.
    public mutating func readAmount(_ what: String) throws(Refusal) -> Amount {
        let start = offset
        let units = try readNumber(what)
        guard let amount = try? Amount(units: units) else {
            throw Refusal(.amountOverflow, "\(what) is \(units), above 2^63 - 1", at: start)
        }
        return amount
    }

    /// A time: whole seconds since 1970, any unsigned integer.
    public mutating func readTimestamp(_ what: String) throws(Refusal) -> Timestamp {
        Timestamp(try readNumber(what))
    }

    /// Text of at most `bytesMaximum` bytes of UTF-8. More is `too-large`.
    public mutating func readText(
        _ what: String, bytesMaximum: Int
    ) throws(Refusal) -> String {
        let start = offset
        let text = try reading(what) { (decoder) throws(CBORFault) in try decoder.readText() }
        guard text.utf8.count <= bytesMaximum else {
            throw Refusal(.tooLarge, "\(what) has more than \(bytesMaximum) bytes", at: start)
        }
        return text
    }

    /// A byte string of at most `bytesMaximum` bytes. More is `too-large`.
    public mutating func readBytes(
        _ what: String, bytesMaximum: Int
    ) throws(Refusal) -> [UInt8] {
        let start = offset
        let bytes = try reading(what) { (decoder) throws(CBORFault) in try decoder.readBytes() }
        guard bytes.count <= bytesMaximum else {
            throw Refusal(.tooLarge, "\(what) has more than \(bytesMaximum) bytes", at: start)
        }
        return Array(bytes)
    }

    /// `[code, scale]`. What is no code or no scale is `malformed`.
    public mutating func readAsset() throws(Refusal) -> Asset {
        let start = offset
        try readTuple("asset", count: 2)
        let code = try reading("asset") { (decoder) throws(CBORFault) in try decoder.readText() }
        let scale = try readNumber("asset's scale", in: 0...UInt64(Asset.scaleMaximum))
        do { return try Asset(code: code, scale: UInt8(scale)) } catch {
            throw Refusal(error.reason, error.detail, at: start)
        }
    }

    /// The head of an array of exactly `count` elements.
    public mutating func readTuple(_ what: String, count: Int) throws(Refusal) {
        try reading(what) { (decoder) throws(CBORFault) in try decoder.readArray(count: count) }
    }

    /// An array of `range` elements, each read by `element`. More than that is `too-large`, fewer
    /// are `malformed`.
    public mutating func readList<Element>(
        _ what: String, count range: ClosedRange<Int>,
        _ element: (inout CBORDecoder) throws(Refusal) -> Element
    ) throws(Refusal) -> [Element] {
        let count = try readListHead(what, count: range)
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    /// The head of such an array: how many elements follow.
    mutating func readListHead(
        _ what: String, count range: ClosedRange<Int>
    ) throws(Refusal) -> Int {
        let start = offset
        let count = try reading(what) { (decoder) throws(CBORFault) in try decoder.readArray() }
        guard count <= range.upperBound else {
            throw Refusal(
                .tooLarge, "\(what): \(count) are more than \(range.upperBound)", at: start)
        }
        guard count >= range.lowerBound else {
            throw Refusal(.malformed, "\(what): fewer than \(range.lowerBound)", at: start)
        }
        return count
    }

    /// Null, or what `read` reads.
    public mutating func readOptional<Value>(
        _ what: String, _ read: (inout CBORDecoder) throws(Refusal) -> Value
    ) throws(Refusal) -> Value? {
        let isNull = try reading(what) { (decoder) throws(CBORFault) in
            try decoder.readNullIfPresent()
        }
        return isNull ? nil : try read(&self)
    }

    /// A chain's ordinal. Above 7 it is `unknown-chain`.
    public mutating func readOrdinal() throws(Refusal) -> Ordinal {
        let start = offset
        let value = try readNumber("ordinal")
        guard let ordinal = Ordinal(value) else {
            throw Refusal(.unknownChain, "ordinal \(value) is above 7", at: start)
        }
        return ordinal
    }

    /// A chain's index. Above 2^32 − 1 it is `index-past-end`.
    public mutating func readIndex(_ what: String = "index") throws(Refusal) -> ChainIndex {
        let start = offset
        let value = try readNumber(what)
        guard let index = UInt32(exactly: value) else {
            throw Refusal(.indexPastEnd, "\(what) \(value) is above 2^32 - 1", at: start)
        }
        return ChainIndex(index)
    }

    /// The embedded encoding of a signed object of the kind `Payload`, decoded; its signature is
    /// not checked.
    public mutating func readObject<Payload: SignedPayload>() throws(Refusal) -> SignedObject<
        Payload
    > {
        let what = Payload.kind.rawValue
        let bytes = try reading(what) { (decoder) throws(CBORFault) in try decoder.readBytes() }
        return try SignedObject(decoding: bytes)
    }
}

/// The protocol's values as trees.
extension CBORValue {
    /// A byte string.
    public static func fixed(_ value: some FixedBytes) -> CBORValue { .bytes(value.bytes) }
    /// An unsigned integer.
    public static func amount(_ value: Amount) -> CBORValue { .unsigned(value.units) }
    /// Seconds since 1970.
    public static func time(_ value: Timestamp) -> CBORValue { .unsigned(value.seconds) }
    /// `[code, scale]`.
    public static func asset(_ value: Asset) -> CBORValue {
        .array([.text(value.code), .unsigned(UInt64(value.scale))])
    }
    /// The embedded encoding of a signed object.
    public static func object<Payload>(_ value: SignedObject<Payload>) -> CBORValue {
        .bytes(value.encoded)
    }
    /// A map from the fields that are there.
    public static func fields(_ fields: [(Int, CBORValue?)]) -> CBORValue {
        var map: [CBORKey: CBORValue] = [:]
        for (key, value) in fields { map[CBORKey(key)] = value }
        return .map(map)
    }
}

internal import DeterministicCBOR
internal import PayWord

/// The bounds of every kind, as `spec/04-commitments.md` and `spec/tollchain.cddl` state them, but
/// for those that the kind's own file of cases shows.
func objectLimits(_ parties: Parties) -> [ObjectLimits] {
    [commitmentLimits()] + certificateLimits() + fundingLimits(parties) + channelLimits()
        + settlementLimits(parties) + requestLimits()
}

private func condition(_ type: UInt64, _ ordinals: UInt64, _ parameters: CBORValue) -> CBORValue {
    .array([.unsigned(type), .list(ordinals) { .unsigned($0) }, parameters])
}

func commitmentLimits() -> ObjectLimits {
    // An array of one byte string: three bytes and its content.
    let parameters = CBORValue.array([.bytes(count: 253)])
    let chain: [CBORValue] = [.most, .unsigned(UInt64(UInt32.max)), .bytes(count: 32)]
    func conditions(_ last: CBORValue) -> CBORValue {
        .array((0..<7).map { _ in condition(65_535, 8, parameters) } + [last])
    }
    func lastChain(_ place: Int, _ value: CBORValue) -> CBORValue {
        var last = chain
        last[place] = value
        return .array((0..<7).map { _ in .array(chain) } + [.array(last)])
    }
    return ObjectLimits(
        name: "commitment",
        largest: [
            5: .longestAsset, 6: .list(8) { _ in .array(chain) }, 7: .unsigned(.max),
            8: .unsigned(.max), 9: .unsigned(.max),
            11: conditions(condition(65_535, 8, parameters)),
        ],
        smallest: [
            5: .shortestAsset,
            6: .array([.array([.unsigned(1), .unsigned(1), .bytes(count: 32)])]),
            7: .unsigned(0), 8: .unsigned(0), 9: .unsigned(0),
            11: .array([condition(1, 1, .array([]))]),
        ],
        above: [
            .init(
                "asset", "an asset's code of 13 characters", 5,
                .array([.text("ABCDEFGHIJKLM"), .unsigned(18)])),
            .init(
                "scale", "an asset's scale of 19", 5,
                .array([.text("ABCDEFGHIJKL"), .unsigned(19)])),
            .init("chains", "nine chains", 6, .list(9) { _ in .array(chain) }, .tooLarge),
            .init(
                "denomination", "a denomination of 2^63", 6, lastChain(0, .tooMuch),
                .amountOverflow),
            .init("length", "a chain of 2^32", 6, lastChain(1, .unsigned(1 << 32))),
            .init("root", "a root of 33 bytes", 6, lastChain(2, .bytes(count: 33))),
            .init(
                "chain", "a chain of four elements", 6,
                .array((0..<7).map { _ in .array(chain) } + [.array(chain + [.null])])),
            .init(
                "conditions", "nine conditions", 11,
                .list(9) { _ in condition(65_535, 8, parameters) }, .tooLarge),
            .init(
                "condition-type", "a condition of the type 65,536", 11,
                conditions(condition(65_536, 8, parameters))),
            .init(
                "condition-ordinals", "a condition on nine chains", 11,
                conditions(
                    .array([.unsigned(65_535), .list(9) { .unsigned($0 % 8) }, parameters])),
                .tooLarge),
            .init(
                "condition-parameters", "a condition's parameters of 257 bytes", 11,
                conditions(condition(65_535, 8, .array([.bytes(count: 254)]))), .tooLarge),
            .init(
                "condition-elements", "a condition of four elements", 11,
                conditions(
                    .array([
                        .unsigned(65_535), .list(8) { .unsigned($0) }, parameters, .null,
                    ]))),
        ],
        below: [
            .init(
                "condition-type-zero", "a condition of the type 0", 11,
                .array([condition(0, 1, .array([]))])),
            .init(
                "condition-no-ordinal", "a condition on no chain", 11,
                .array([condition(1, 0, .array([]))])),
            .init(
                "condition-map", "a condition whose parameters are a map", 11,
                .array([condition(1, 1, .map([:]))])),
            .init(
                "condition-short", "a condition without parameters", 11,
                .array([.array([.unsigned(1), .array([.unsigned(0)])])])),
        ])
}

func certificateLimits() -> [ObjectLimits] {
    let largest: [CBORKey: CBORValue] = [
        5: .longestAsset, 6: .unsigned(.max), 7: .unsigned(.max),
    ]
    let smallest: [CBORKey: CBORValue?] = [
        5: .shortestAsset, 6: .unsigned(0), 7: .unsigned(0),
    ]
    func fee(_ share: UInt64, _ fixed: CBORValue) -> CBORValue {
        .array([.unsigned(share), fixed])
    }
    return [
        ObjectLimits(
            name: "certificate of a broker's signing key", largest: largest, smallest: smallest,
            below: [.init("role-zero", "the role 0", 4, .unsigned(0))]),
        ObjectLimits(
            name: "certificate of a merchant",
            largest: largest.merging([10: .text(count: 64), 12: fee(10_000, .most)]) { $1 },
            smallest: smallest.merging([10: .text(count: 0), 12: fee(0, .unsigned(0))]) { $1 },
            above: [
                .init("name", "a display name of 65 bytes", 10, .text(count: 65), .tooLarge),
                .init("share", "a fee of 10,001 basis points", 12, fee(10_001, .most)),
                .init("fixed", "a fixed fee of 2^63", 12, fee(10_000, .tooMuch), .amountOverflow),
                .init(
                    "fee-elements", "a fee of three elements", 12,
                    .array([.unsigned(10_000), .most, .null])),
            ]),
        ObjectLimits(
            name: "certificate of a payer with credit",
            largest: largest.merging([9: .most, 11: .most]) { $1 },
            smallest: smallest.merging([9: .unsigned(0), 11: .unsigned(0)]) { $1 },
            above: [
                .amount("limit", "a limit of 2^63", 9),
                .amount("guarantee", "a guarantee of 2^63", 11),
                .init("funding", "the funding 3", 8, .unsigned(3)),
            ]),
        ObjectLimits(
            name: "certificate of a payer, reserved",
            largest: largest.merging([9: .most]) { $1 },
            smallest: smallest.merging([9: .unsigned(0)]) { $1 },
            above: [.amount("limit", "a limit of 2^63", 9)],
            below: [.init("funding-zero", "the funding 0", 8, .unsigned(0))]),
    ]
}

func fundingLimits(_ parties: Parties) -> [ObjectLimits] {
    let broker = CBORValue.bytes(parties.broker.publicKey.bytes)
    return [
        ObjectLimits(
            name: "reservation request", largest: [4: .unsigned(.max), 5: .bytes(count: 512)],
            smallest: [4: .unsigned(0), 5: .bytes(count: 0)],
            above: [.init("note", "a note of 513 bytes", 5, .bytes(count: 513), .tooLarge)]),
        ObjectLimits(
            name: "reservation",
            largest: [5: .longestAsset, 6: .most, 7: .unsigned(.max), 8: .unsigned(.max)],
            smallest: [5: .shortestAsset, 6: .unsigned(0), 7: .unsigned(0), 8: .unsigned(0)],
            above: [.amount("amount", "an amount of 2^63", 6)]),
        ObjectLimits(
            name: "offer",
            largest: [
                2: .list(16) { _ in broker }, 3: .longestAsset, 4: .text(count: 64), 5: .most,
                6: .most,
                7: .text(count: 1024), 8: .unsigned(.max), 9: .text(count: 256),
            ],
            smallest: [
                2: .array([broker]), 3: .shortestAsset, 4: .text(count: 0), 5: .unsigned(0),
                6: .unsigned(0), 7: .text(count: 0), 8: .unsigned(0), 9: .text(count: 0),
            ],
            above: [
                .init("brokers", "seventeen brokers", 2, .list(17) { _ in broker }, .tooLarge),
                .init("unit", "a unit of 65 bytes", 4, .text(count: 65), .tooLarge),
                .init(
                    "unit-characters", "a unit of 33 characters, which are 66 bytes", 4,
                    .text(String(repeating: "é", count: 33)), .tooLarge),
                .amount("price", "a price of 2^63", 5),
                .amount("maximum", "a maximum of 2^63", 6),
                .init("terms", "terms of 1,025 bytes", 7, .text(count: 1025), .tooLarge),
                .init("resource", "a resource of 257 bytes", 9, .text(count: 257), .tooLarge),
            ],
            below: [
                .init("no-broker", "no broker", 2, .array([])),
                .init("short-broker", "a broker of 31 bytes", 2, .array([.bytes(count: 31)])),
            ]),
    ]
}

/// The bounds that many fields share.
extension CBORValue {
    /// 2^63 - 1, the largest amount.
    static let most = CBORValue.unsigned(UInt64(Int64.max))
    /// 2^63.
    static let tooMuch = CBORValue.unsigned(1 << 63)
    static let longestAsset = CBORValue.array([.text("ABCDEFGHIJKL"), .unsigned(18)])
    static let shortestAsset = CBORValue.array([.text("!~0"), .unsigned(0)])

    /// A text of that many bytes.
    static func text(count: Int) -> CBORValue { .text(String(repeating: "a", count: count)) }

    /// A byte string of that many bytes.
    static func bytes(count: Int) -> CBORValue { .bytes([UInt8](repeating: 1, count: count)) }

    /// An array of that many elements, each made from its place.
    static func list(_ count: UInt64, _ element: (UInt64) -> CBORValue) -> CBORValue {
        .array((0..<count).map(element))
    }
}

extension LimitChange {
    /// An amount of 2^63.
    static func amount(_ id: String, _ about: String, _ key: CBORKey) -> LimitChange {
        LimitChange(id, about, key, .tooMuch, .amountOverflow)
    }
}

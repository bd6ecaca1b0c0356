internal import DeterministicCBOR
internal import PayWord

private func mark(_ ordinal: UInt64, _ index: UInt64 = UInt64(UInt32.max)) -> CBORValue {
    .array([.unsigned(ordinal), .unsigned(index)])
}

/// What may be wrong with a list of marks.
private func markChanges(_ key: CBORKey) -> [LimitChange] {
    func last(_ value: CBORValue) -> CBORValue { .array((0..<7).map { mark($0) } + [value]) }
    return [
        .init("marks", "nine chains", key, .list(9) { mark($0) }, .tooLarge),
        .init("ordinal", "the chain 8", key, last(mark(8)), .unknownChain),
        .init("index", "the index 2^32", key, last(mark(7, 1 << 32)), .indexPastEnd),
        .init("repeated", "a chain twice", key, last(mark(6))),
        .init("descending", "chains that descend", key, .list(8) { mark(7 - $0) }),
        .init(
            "mark-elements", "a chain's mark of three elements", key,
            last(.array([.unsigned(7), .unsigned(1), .null]))),
    ]
}

func channelLimits() -> [ObjectLimits] {
    [
        ObjectLimits(
            name: "receipt",
            largest: [
                4: .longestAsset, 5: .most, 6: .most, 7: .unsigned(.max), 8: .unsigned(.max),
                9: .list(8) { mark($0) },
            ],
            smallest: [
                4: .shortestAsset, 5: .unsigned(0), 6: .unsigned(0), 7: .unsigned(0),
                8: .unsigned(0), 9: .array([]),
            ],
            above: [
                .amount("accepted", "2^63 accepted", 5), .amount("spent", "2^63 spent", 6),
            ] + markChanges(9)),
        ObjectLimits(
            name: "close request", largest: [3: .unsigned(.max)], smallest: [3: .unsigned(0)]),
        ObjectLimits(
            name: "close", largest: [4: .list(8) { mark($0) }, 5: .unsigned(.max)],
            smallest: [4: .array([]), 5: .unsigned(0)], above: markChanges(4)),
    ]
}

func settlementLimits(_ parties: Parties) -> [ObjectLimits] {
    func payword(_ ordinal: UInt64, _ index: UInt64 = UInt64(UInt32.max), _ count: Int = 32)
        -> CBORValue
    {
        .array([.unsigned(ordinal), .unsigned(index), .bytes(count: count)])
    }
    func claims(_ reference: CBORValue, _ paywords: CBORValue) -> CBORValue {
        .array([.array([reference, paywords])])
    }
    func last(_ value: CBORValue) -> CBORValue {
        claims(.bytes(count: 16), .array((0..<7).map { payword($0) } + [value]))
    }
    func line(_ kind: UInt64, _ amount: CBORValue = .most) -> CBORValue {
        .array([.bytes(parties.merchant.publicKey.bytes), .unsigned(kind), amount])
    }
    func lastLine(_ value: CBORValue) -> CBORValue {
        .array((0..<63).map { _ in line(3) } + [value])
    }
    return [
        ObjectLimits(
            name: "redemption",
            largest: [
                4: .longestAsset, 5: .unsigned(.max),
                6: claims(.bytes(count: 16), .list(8) { payword($0) }),
            ],
            smallest: [
                4: .shortestAsset, 5: .unsigned(0),
                6: claims(.bytes(count: 0), .array([payword(0, 0)])),
            ],
            above: [
                .init(
                    "paywords", "nine paywords in a claim", 6,
                    claims(.bytes(count: 16), .list(9) { payword($0) }), .tooLarge),
                .init("ordinal", "a payword of the chain 8", 6, last(payword(8)), .unknownChain),
                .init(
                    "index", "a payword of the index 2^32", 6, last(payword(7, 1 << 32)),
                    .indexPastEnd),
                .init("payword", "a payword of 33 bytes", 6, last(payword(7, 1, 33))),
                .init("repeated", "a chain twice", 6, last(payword(6))),
                .init(
                    "descending", "chains that descend", 6,
                    claims(.bytes(count: 16), .list(8) { payword(7 - $0) })),
                .init(
                    "claim-elements", "a claim of three elements", 6,
                    .array([.array([.bytes(count: 16), .array([payword(0)]), .null])])),
            ],
            below: [
                .init("no-claim", "no claim", 6, .array([])),
                .init(
                    "no-payword", "a claim without paywords", 6,
                    claims(.bytes(count: 0), .array([]))),
                .init(
                    "text-reference", "a commitment's id that is text", 6,
                    claims(.text(count: 16), .array([payword(0, 0)]))),
            ]),
        ObjectLimits(
            name: "settlement",
            largest: [
                5: .longestAsset, 6: .most, 7: .most, 8: .most, 9: .unsigned(65_536),
                10: .unsigned(.max), 11: .array([.array([.unsigned(65_535), .unsigned(.max)])]),
                13: .unsigned(.max), 15: lastLine(line(3)),
            ],
            smallest: [
                5: .shortestAsset, 6: .unsigned(0), 7: .unsigned(0), 8: .unsigned(0),
                9: .unsigned(0), 10: .unsigned(0), 11: .array([]), 13: .unsigned(0),
                15: .array([]),
            ],
            above: [
                .amount("gross", "a gross of 2^63", 6), .amount("fee", "a fee of 2^63", 7),
                .amount("net", "a net of 2^63", 8),
                .init("accepted", "65,537 claims accepted", 9, .unsigned(65_537)),
                .init(
                    "position", "a refusal at the position 65,536", 11,
                    .array([.array([.unsigned(65_536), .unsigned(.max)])])),
                .init("lines", "65 lines", 15, .list(65) { _ in line(3) }, .tooLarge),
                .init("line-kind", "a line of the kind 4", 15, lastLine(line(4))),
                .init(
                    "line-amount", "a line of 2^63", 15, lastLine(line(3, .tooMuch)),
                    .amountOverflow),
            ],
            below: [
                .init("line-kind-zero", "a line of the kind 0", 15, .array([line(0)])),
                .init(
                    "refusal-elements", "a refusal without a reason", 11,
                    .array([.array([.unsigned(0)])])),
            ]),
    ]
}

func requestLimits() -> [ObjectLimits] {
    let largest: [CBORKey: CBORValue] = [4: .longestAsset, 5: .unsigned(.max)]
    let smallest: [CBORKey: CBORValue?] = [4: .shortestAsset, 5: .unsigned(0)]
    return [
        ObjectLimits(
            name: "enrolment of a payer", largest: largest, smallest: smallest,
            above: [.init("name", "a display name, which a payer has not", 6, .text(count: 1))],
            below: [.init("role-zero", "the role 0", 3, .unsigned(0))]),
        ObjectLimits(
            name: "enrolment of a merchant", largest: largest.merging([6: .text(count: 64)]) { $1 },
            smallest: smallest.merging([6: .text(count: 0)]) { $1 },
            above: [
                .init("name", "a display name of 65 bytes", 6, .text(count: 65), .tooLarge),
                .init("role", "the role 3", 3, .unsigned(3)),
            ]),
        ObjectLimits(name: "certificate request", largest: largest, smallest: smallest),
        ObjectLimits(
            name: "statement request", largest: [3: .longestAsset, 4: .unsigned(.max)],
            smallest: [3: .shortestAsset, 4: .unsigned(0)]),
        ObjectLimits(
            name: "withdrawal",
            largest: [3: .longestAsset, 4: .most, 6: .unsigned(.max), 7: .text(count: 256)],
            smallest: [3: .shortestAsset, 4: .unsigned(0), 6: .unsigned(0), 7: .text(count: 0)],
            above: [
                .amount("amount", "an amount of 2^63", 4),
                .init("destination", "a destination of 257 bytes", 7, .text(count: 257), .tooLarge),
            ]),
        ObjectLimits(
            name: "faucet request", largest: [3: .longestAsset, 4: .most, 6: .unsigned(.max)],
            smallest: [3: .shortestAsset, 4: .unsigned(0), 6: .unsigned(0)],
            above: [.amount("amount", "an amount of 2^63", 4)]),
    ]
}

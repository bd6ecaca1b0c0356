internal import DeterministicCBOR
internal import PayWord

/// The names of each object's fields, as `spec/04-commitments.md` has them.
struct ObjectFields {
    let fields: [Int: (name: String, style: FieldStyle)]

    init(_ kind: ObjectKind) {
        fields = Dictionary(
            uniqueKeysWithValues: Self.list(kind).enumerated().map { ($0 + 1, $1) })
    }

    /// Adds a payload's fields, each under its name.
    static func show(
        _ fields: [CBORKey: CBORValue], of kind: ObjectKind, in found: inout Inspection
    ) {
        let known = ObjectFields(kind).fields
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            let label = key.isNegative ? nil : Int(exactly: key.argument).flatMap { known[$0] }
            let name = label?.name ?? (key.isNegative ? "extension \(key)" : "unknown field \(key)")
            (label?.style ?? .tree).show(value, named: name, depth: 0, in: &found)
        }
    }

    private typealias Field = (name: String, style: FieldStyle)

    private static func list(_ kind: ObjectKind) -> [Field] {
        switch kind {
        case .commitment: commitment
        case .certificate: certificate
        case .reservationRequest: reservationRequest
        case .reservation: reservation
        case .offer: offer
        case .receipt: receipt
        case .closeRequest: closeRequest
        case .close: close
        case .redemption: redemption
        case .settlement: settlement
        case .enrolment: enrolment
        case .certificateRequest: certificateRequest
        case .statementRequest: statementRequest
        case .withdrawal: moneyRequest + [("destination", .text)]
        case .faucetRequest: moneyRequest
        }
    }

    private static let commitment: [Field] = [
        ("nonce", .bytes), ("payer", .party), ("merchant", .party), ("broker", .party),
        ("asset", .asset),
        (
            "chains",
            .list(
                .tuple([("denomination", .amount), ("length", .number), ("root", .bytes)]))
        ),
        ("issued-at", .time), ("expires-at", .time), ("redeem-by", .time),
        ("terms digest", .bytes),
        (
            "conditions",
            .list(.tuple([("type", .number), ("chains", .list(.number)), ("parameters", .tree)]))
        ),
    ]

    private static let certificate: [Field] = [
        ("serial", .bytes), ("broker", .party), ("subject", .party),
        ("role", .choice([1: "payer", 2: "merchant", 3: "broker's signing key"])),
        ("asset", .asset), ("not-before", .time), ("not-after", .time),
        ("funding", .choice([1: "reserved", 2: "credit"])), ("limit per commitment", .amount),
        ("display name", .text), ("guaranteed to each merchant", .amount),
        ("fee", .tuple([("basis points", .number), ("fixed amount", .amount)])),
    ]

    private static let reservationRequest: [Field] = [
        ("broker", .party), ("account", .party), ("commitment", .object), ("created-at", .time),
        ("note (sealed)", .bytes),
    ]

    private static let reservation: [Field] = [
        ("commitment digest", .bytes), ("broker", .party), ("payer", .party),
        ("merchant", .party), ("asset", .asset), ("amount", .amount), ("issued-at", .time),
        ("valid-until", .time),
    ]

    private static let offer: [Field] = [
        ("merchant", .party), ("brokers accepted", .list(.party)), ("asset", .asset),
        ("unit", .text), ("price of a unit", .amount), ("maximum", .amount), ("terms", .text),
        ("valid-until", .time), ("resource", .text),
    ]

    private static let receipt: [Field] = [
        ("commitment id", .bytes), ("payer", .party), ("merchant", .party), ("asset", .asset),
        ("accepted", .amount), ("spent", .amount), ("payments", .number), ("issued-at", .time),
        ("indexes", .list(.mark)),
    ]

    private static let closeRequest: [Field] = [
        ("commitment id", .bytes), ("merchant", .party), ("created-at", .time),
    ]

    private static let close: [Field] = [
        ("commitment id", .bytes), ("broker", .party), ("merchant", .party),
        ("final indexes", .list(.mark)), ("created-at", .time),
    ]

    private static let redemption: [Field] = [
        ("batch id", .bytes), ("merchant", .party), ("broker", .party), ("asset", .asset),
        ("created-at", .time),
        (
            "claims",
            .list(.tuple([("commitment or its id", .bytes), ("paywords", .list(.claim))]))
        ),
    ]

    private static let settlement: [Field] = [
        ("batch id", .bytes), ("redemption digest", .bytes), ("broker", .party),
        ("merchant", .party), ("asset", .asset), ("gross", .amount), ("fee", .amount),
        ("net", .amount), ("claims accepted", .number), ("paywords redeemed", .number),
        ("refusals", .list(.tuple([("claim position", .number), ("reason", .reason)]))),
        ("settlement id", .bytes), ("settled-at", .time), ("Merkle root of outcomes", .bytes),
        (
            "lines",
            .list(
                .tuple([
                    ("party", .party),
                    ("kind", .choice([1: "merchant", 2: "fee", 3: "split"])), ("amount", .amount),
                ]))
        ),
    ]

    private static let enrolment: [Field] = [
        ("broker", .party), ("subject", .party),
        ("role", .choice([1: "payer's account", 2: "merchant"])), ("asset", .asset),
        ("created-at", .time), ("display name", .text),
    ]

    private static let certificateRequest: [Field] = [
        ("broker", .party), ("account", .party), ("subject", .party), ("asset", .asset),
        ("created-at", .time),
    ]

    private static let statementRequest: [Field] = [
        ("broker", .party), ("account", .party), ("asset", .asset), ("created-at", .time),
        ("after", .bytes),
    ]

    private static let moneyRequest: [Field] = [
        ("broker", .party), ("account", .party), ("asset", .asset), ("amount", .amount),
        ("reference", .bytes), ("created-at", .time),
    ]
}

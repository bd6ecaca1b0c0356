internal import DeterministicCBOR
internal import PayWord

/// How the value of a field is shown.
indirect enum FieldStyle: Sendable {
    case party
    case bytes
    case payword
    case text
    case number
    case amount
    case asset
    case time
    case reason
    case choice([UInt64: String])
    case tuple([(String, FieldStyle)])
    case list(FieldStyle)
    case object
    case tree

    static let mark = FieldStyle.tuple([("chain", .number), ("index", .number)])
    static let claim = FieldStyle.tuple([
        ("chain", .number), ("index", .number), ("payword", .payword),
    ])
}

extension FieldStyle {
    /// Adds the value under `name`, and what it holds below it.
    func show(
        _ value: CBORValue, named name: String, depth: Int, in inspection: inout Inspection
    ) {
        switch (self, value) {
        case (.party, .bytes(let bytes)):
            let key = PublicKey(bytes)
            inspection.add(
                name, key?.description ?? Hex.encode(bytes), depth: depth,
                remark: key == nil ? "not 32 bytes" : key?.isWeak == true ? "weak key" : nil)
        case (.time, .unsigned(let seconds)):
            inspection.add(
                name, UTCText.text(Timestamp(seconds)), depth: depth, remark: "\(seconds)")
        case (.reason, .unsigned(let number)):
            let reason = UInt16(exactly: number).flatMap(Reason.init(rawValue:))
            inspection.add(
                name, reason?.code ?? "\(number)", depth: depth,
                remark: reason?.summary ?? "no reason of this version")
        case (.choice(let names), .unsigned(let number)):
            inspection.add(name, names[number] ?? "unknown", depth: depth, remark: "\(number)")
        case (.asset, .array(let parts)):
            guard parts.count == 2, case .text(let code) = parts[0],
                case .unsigned(let scale) = parts[1]
            else { return showTree(value, name, depth, &inspection) }
            inspection.add(
                name, code, depth: depth, remark: "amounts count 10^-\(scale) \(code)")
        case (.tuple(let elements), .array(let values)) where elements.count == values.count:
            inspection.add(name, "", depth: depth)
            for (element, value) in zip(elements, values) {
                element.1.show(value, named: element.0, depth: depth + 1, in: &inspection)
            }
        case (.list(let style), .array(let values)):
            inspection.add(name, "\(values.count)", depth: depth)
            for (position, value) in values.prefix(Self.listed).enumerated() {
                style.show(value, named: "\(position)", depth: depth + 1, in: &inspection)
            }
            if values.count > Self.listed {
                inspection.add("…", "\(values.count - Self.listed) more", depth: depth + 1)
            }
        case (.object, .bytes(let bytes)):
            guard inspection.nesting < Self.nestingMaximum else {
                inspection.add(
                    name, "\(bytes.count) bytes", depth: depth, remark: "too deep to look into")
                return
            }
            let inner = Inspector.inspect(bytes, nesting: inspection.nesting + 1)
            inspection.add(name, inner.title, depth: depth)
            for part in inner.parts {
                inspection.add(
                    part.name, part.text, depth: depth + 1 + part.depth, remark: part.remark)
            }
            if let fault = inner.fault {
                inspection.add("fault", "\(fault)", depth: depth + 1)
            }
        default:
            showTree(value, name, depth, &inspection)
        }
    }

    /// How many messages and objects are looked into, one inside another. The protocol's go three
    /// deep; bytes that claim more would have the inspector call itself as often as they like.
    private static let nestingMaximum = 4

    /// How many elements of a list are shown.
    private static let listed = 32

    private func showTree(
        _ value: CBORValue, _ name: String, _ depth: Int, _ inspection: inout Inspection
    ) {
        switch value {
        case .array(let values):
            inspection.add(name, "array of \(values.count)", depth: depth)
            for (position, value) in values.prefix(Self.listed).enumerated() {
                FieldStyle.tree.show(value, named: "\(position)", depth: depth + 1, in: &inspection)
            }
        case .map(let pairs):
            inspection.add(name, "map of \(pairs.count)", depth: depth)
            for (key, value) in pairs.sorted(by: { $0.key < $1.key }).prefix(Self.listed) {
                FieldStyle.tree.show(value, named: "\(key)", depth: depth + 1, in: &inspection)
            }
        default:
            inspection.add(name, value.plainText, depth: depth)
        }
    }
}

extension CBORValue {
    /// The value of an item that holds no others.
    fileprivate var plainText: String {
        switch self {
        case .unsigned(let value): "\(value)"
        case .negative(let argument): CBORKey(isNegative: true, argument: argument).description
        case .bytes(let bytes): bytes.isEmpty ? "(empty)" : Hex.encode(bytes)
        case .text(let text): "“\(text)”"
        case .bool(let value): "\(value)"
        case .null: "null"
        case .array, .map, .signedObject: "…"
        }
    }
}

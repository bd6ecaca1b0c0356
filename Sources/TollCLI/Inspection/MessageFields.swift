/// The names of each message's elements, as `spec/06-peer-protocol.md` has them.
enum MessageFields {
    /// The message's name and the elements after its type; nil for a type that there is not.
    static func of(_ type: UInt64) -> (name: String, elements: [(String, FieldStyle)])? {
        all[type]
    }

    private static let handle = ("handle", FieldStyle.number)
    private static let claims = ("paywords", FieldStyle.list(.claim))

    private static let all: [UInt64: (name: String, elements: [(String, FieldStyle)])] = [
        1: ("hello", [("versions", .list(.number)), ("nonce", .bytes), ("agent", .text)]),
        2: (
            "hello-ack",
            [
                ("version", .number), ("merchant", .party), ("nonce", .bytes), ("limits", .tree),
                ("signature", .bytes),
            ]
        ),
        3: ("quote", [("resource", .text)]),
        4: ("offer", [("offer", .object)]),
        5: (
            "open",
            [
                handle, ("commitment", .object), ("funding", .list(.object)), ("proof", .bytes),
                ("salt", .bytes),
            ]
        ),
        6: ("opened", [handle, claims, ("accepted", .amount), ("spent", .amount)]),
        7: (
            "pay",
            [
                handle, ("sequence", .number), claims, ("amount", .amount), ("reference", .bytes),
            ]
        ),
        8: (
            "paid",
            [handle, ("sequence", .number), ("accepted", .amount), ("spent", .amount)]
        ),
        9: (
            "meter",
            [
                handle, ("number", .number), ("amount due in total", .amount),
                ("units in total", .number),
            ]
        ),
        10: ("close", [handle, ("close request", .object)]),
        11: ("closed", [handle, ("close", .object), ("receipt", .object)]),
        12: (
            "error",
            [
                handle, ("sequence", .number), ("reason", .reason), ("may be tried again", .tree),
                ("text", .text),
            ]
        ),
        13: ("receipt please", [handle]),
        14: ("receipt", [handle, ("receipt", .object)]),
    ]
}

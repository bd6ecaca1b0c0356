/// Whole lives of a channel, told in the choices of the session targets: what bytes drawn at random
/// do not lead to, and what they make variants of.
enum SessionSeeds {
    // MARK: The merchant's

    static let merchant: [[UInt8]] = {
        let begun: [UInt8] = [0xff, 1]
        let opened = told(begun, open(0), [13, 0, 0])
        let paid = told(opened, pay(0, step: 5, amount: 3), settle(0))
        let receipt: [UInt8] = [8, 0]
        let close: [UInt8] = [7, 0, 0]
        return [
            // Offers, one refused; an opening refused, and one of a commitment in pieces.
            told(begun, [6, 1, 6, 2, 12, 0, 12, 7]),
            told(begun, open(0), [13, 0, 14]),
            told(begun, [11, 1, 9], open(1), [13, 1, 0]),
            // Payments one by one, three at once, and the same again.
            told(
                paid, pay(0, step: 7, amount: 9), settle(0), pay(0, step: 0, amount: 0), settle(0)),
            told(
                opened, pay(0, step: 1, amount: 1), pay(0, step: 2, amount: 2),
                pay(0, step: 3, amount: 3), [14, 0, 2, 0, 0, 0]),
            told(paid, [2, 0, 0, 4, 4, 1, 3, 1, 2, 3], settle(0)),
            // Refused by the books: below, beside, past the end, too far, more than there is.
            told(paid, [2, 0, 1, 3, 1, 0], settle(0)),
            told(paid, [2, 0x0c, 0, 0, 0, 0], settle(0)),
            told(paid, [2, 0, 1, 0xf1, 0xff, 0xff, 1, 0], settle(0)),
            told(paid, [2, 0x0c, 0, 1, 1, 0], settle(0)),
            told(opened, pay(0, step: 1, amount: 200), settle(0)),
            told(opened, [2, 0x40], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], settle(0)),
            told(opened, [2, 0x80, 1, 0], settle(0)),
            told(paid, pay(0, step: 1, amount: 1), [14, 0, 0, 13]),
            told(paid, pay(0, step: 1, amount: 1), [14, 0, 0, 15]),
            told(paid, [14, 0, 0xf0, 7]),
            // A sequence that does not rise.
            told(paid, [2, 0x30, 0, 0, 1, 1, 0]),
            // Large amounts, on two handles.
            told(
                begun, open(2), [13, 2, 0, 2, 2, 0, 1, 0xfb, 0], settle(2), open(1), [13, 1, 0],
                pay(1, step: 30, amount: 30), settle(1)),
            // Meters, one that runs backwards.
            told(paid, [19, 3, 0, 1, 5, 9, 19, 3, 0, 2, 6, 10, 19, 3, 0, 1, 5, 9]),
            // A receipt, and two at once; a close, and what comes during and after it.
            told(paid, receipt, [17, 0, 0], receipt, receipt, [17, 0, 14]),
            told(
                paid, close, close, receipt, [16, 0, 14], close, [16, 0, 0], receipt, [17, 0, 0],
                pay(0, step: 1, amount: 1), close),
            told(paid, [7, 0, 3, 2, 1, 1]),
            told(opened, pay(0, step: 1, amount: 1), close, settle(0)),
            // Errors of the payer, the end, the time.
            told(paid, [9, 254, 0, 5, 0, 9, 255, 5, 0]),
            told(paid, [19, 0], [18, 255]),
            told(paid, [18, 0xf1, 0xff, 0xff]),
            told(begun, [19, 1, 1]),
            told([0xff, 0, 19, 1, 0xf1, 1, 1]),
        ]
    }()

    private static func open(_ channel: UInt8) -> [UInt8] { [0, channel, channel] }

    /// A payment with the payword some steps further.
    private static func pay(_ handle: UInt8, step: UInt8, amount: UInt8) -> [UInt8] {
        [2, handle, 0, step, amount, 0]
    }

    /// The answer to one payment, from the books.
    private static func settle(_ handle: UInt8) -> [UInt8] { [14, handle, 0, 0] }

    // MARK: The payer's

    static let payer: [[UInt8]] = {
        let begun: [UInt8] = [0, 0xfc]
        let opened = told(begun, ask(open), [7, 0, 0, 0])
        let paid = told(opened, ask(pay), [8, 0, 0, 5, 5])
        let close = ask([6 << 2])
        let receipt = ask([7 << 2])
        // Joined with a merchant: what is under way arrives, and what waits is answered.
        let carried: [UInt8] = [3, 255, 3, 255, 3, 255, 4, 255, 4, 255]
        let joined = told([1, 0xff], carried)
        let answered = told(carried, [5, 0, 0], carried)
        return [
            told(begun, ask([0, 9]), [6, 3, 1, 2, 3]),
            told(begun, ask([0, 9]), error(0xf3, 7)),
            told(begun, ask(open), error(0, 7)),
            told(begun, ask([2 << 2 | 0xc0, 0, 9])),
            // Payments one by one, several at once and acknowledged together, the same again.
            told(paid, ask(pay), ask(pay), [8, 0, 8, 9, 5, 8, 0, 7, 9]),
            told(opened, ask([5 << 2, 4]), several, [8, 0, 24, 9, 9]),
            told(paid, ask(pay), error(4, 9)),
            told(paid, ask(pay), ask(pay), error(0x44, 9), [8, 0, 0, 9, 9]),
            // Acknowledged: less than before, more spent than accepted, what was not sent.
            told(paid, ask(pay), [8, 0, 0, 4, 4]),
            told(paid, ask(pay), [8, 0, 0, 5, 6]),
            told(paid, [8, 0, 7, 9, 5, 5]),
            // What a wallet may not ask.
            told(opened, ask([0x80 | 3 << 2, 1, 5, 5, 0])),
            told(opened, ask([0x80 | 3 << 2, 1, 5, 5, 2, 1, 2])),
            told(opened, ask([3 << 2, 0xf3, 5, 5, 5])),
            told(opened, ask([0xc0 | 6 << 2])),
            told(opened, ask([3 << 2 | 1, 1, 5, 5])),
            // Meters, one that runs backwards.
            told(paid, [11, 0, 1, 5, 9, 11, 0, 2, 6, 10, 11, 0, 1, 5, 9]),
            // Receipts and closes, given and refused; then both of what is closed.
            told(
                paid, receipt, [13, 0], receipt, error(0, 7), close, error(0, 7), close, [12, 0],
                receipt, [13, 0], close),
            told(paid, ask(pay), close, [12, 0]),
            told(paid, error(0, 7)),
            told(paid, error(3, 7)),
            // Another merchant's key, in a hello-ack; a deadline.
            told([0, 0, 19, 255, 1, 0, 0]),
            told([0, 0, 19, 255, 1, 1, 255]),
            told(opened, ask(pay), [18, 255]),
            told(
                joined, ask(open), answered, ask(pay), answered, ask(pay), receipt, answered, close,
                answered),
            told(joined, ask([0, 9]), answered, ask([2 << 2, 2]), answered),
            told(joined, ask(open), answered, ask(pay), carried, [5, 0, 7], ask(pay), answered),
        ]
    }()

    private static let open: [UInt8] = [1 << 2, 0]
    /// Five paywords of the first chain.
    private static let pay: [UInt8] = [3 << 2, 1, 5, 5]
    private static let several: [UInt8] = [1, 1, 1, 1, 2, 2, 1, 3, 3, 1, 4, 4]

    private static func ask(_ command: [UInt8]) -> [UInt8] { told([0], command) }

    /// An error that a merchant sends; the shape says whether it names handle and sequence.
    private static func error(_ shape: UInt8, _ reason: UInt8) -> [UInt8] {
        [14, shape, 0, reason, reason]
    }

    private static func told(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }
}

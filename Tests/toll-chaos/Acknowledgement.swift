/// One payment that a merchant acknowledged, as the payer's process tells it: a line of its output.
struct Acknowledgement: Equatable {
    /// The channel's commitment, in hexadecimal.
    let channel: String
    let amount: Int64
    /// What the merchant said is spent on the channel.
    let spent: Int64
    /// The payment's reference, in hexadecimal; nil where it has none.
    let reference: String?

    init(channel: String, amount: Int64, spent: Int64, reference: String?) {
        self.channel = channel
        self.amount = amount
        self.spent = spent
        self.reference = reference
    }

    /// Reads a line. One that a kill has cut off is none: it lacks the end.
    init?(line: String) {
        let words = line.split(separator: " ")
        guard words.count == 6, words[0] == "paid", words[5] == ".",
            let amount = Int64(words[2]), let spent = Int64(words[3])
        else { return nil }
        self.init(
            channel: String(words[1]), amount: amount, spent: spent,
            reference: words[4] == "-" ? nil : String(words[4]))
    }

    var line: String { "paid \(channel) \(amount) \(spent) \(reference ?? "-") ." }
}

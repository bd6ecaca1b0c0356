// What one payment costs a merchant in hashing, against what schemes that sign each payment cost it.
//
// All sides run in one process, in turn, several rounds; the medians are compared. Absolute times
// hold for one machine and one moment, the ratios are the point.

import PayWord
import PeerProtocol

/// The median time of one operation over the rounds, in nanoseconds.
struct Measurement {
    let name: String
    private(set) var rounds: [Double] = []
    private let count: Int
    private let body: () throws -> Void

    init(_ name: String, count: Int, _ body: @escaping () throws -> Void) {
        self.name = name
        self.count = count
        self.body = body
    }

    mutating func run() throws {
        let clock = ContinuousClock()
        let elapsed = try clock.measure {
            for _ in 0..<count { try body() }
        }
        let (seconds, attoseconds) = elapsed.components
        rounds.append((Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count))
    }

    var median: Double { rounds.sorted()[rounds.count / 2] }
}

var random = SystemRandomNumberGenerator()
let key = try SigningKey.generate(using: &random)
let message = Array("one voucher: 250 units, number 17".utf8)
let voucher = try key.sign(message)

let secret = WalletSecret.generate(using: &random)
let context = ChainContext.random(using: &random)
let ordinal = Ordinal.all(count: 1)[0]
let length = ChainIndex(1 << 16)
var cursor = secret.cursor(context: context, ordinal: ordinal, length: length)
let verifier = ChainVerifier(key: cursor.key, length: length, accepted: cursor.revealed)
let next = cursor.advance(to: ChainIndex(1)) ?? .zero
let payword = ChainPosition(index: ChainIndex(1), payword: next)
let tip = ChainPosition(
    index: length, payword: secret.tip(context: context, ordinal: ordinal))

var frames = FrameEncoder()
try frames.write(
    .pay(
        Pay(
            handle: Handle(0), sequence: 1,
            paywords: [PaywordClaim(ordinal: ordinal, index: payword.index, payword: next)],
            amount: try Amount(units: 250))))
let frame = frames.take()

var step = Measurement("walk one step of a chain", count: 20) {
    _ = cursor.key.walk(from: tip, steps: 10_000)
}
var check = Measurement("judge one payword", count: 20_000) {
    _ = try verifier.check(payword, stepsMaximum: 1 << 16)
}
var verify = Measurement("verify one Ed25519 voucher", count: 200) {
    try Ed25519.verify(voucher, over: message, by: key.publicKey)
}
for _ in 0..<9 {
    try step.run()
    try check.run()
    try verify.run()
}

func line(_ name: String, _ nanoseconds: Double, _ ratio: Double) {
    print("\(name): \(Int(nanoseconds + 0.5)) ns, 1/\(Int(ratio + 0.5)) of a signature")
}
let stepTime = step.median / 10_000
line("walk one step of a chain", stepTime, verify.median / stepTime)
line("judge one payword, all checks", check.median, verify.median / check.median)
print("verify one Ed25519 voucher: \(Int(verify.median + 0.5)) ns")
print("a payment on the wire: \(frame.count) bytes")

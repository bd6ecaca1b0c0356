internal import PayWord
internal import PeerProtocol

/// More of something than a merchant bears.
extension WalletMisbehaviour {
    static let loads = [
        WalletMisbehaviour(
            "too-many-unanswered", row: "30", rules: "TC-06.37",
            does: "sends twice as many payments as may wait, before it reads an answer",
            expects: "no error; every payment is answered in the end"
        ) { script in
            let line = try await script.connect()
            let limit = line.limits.unansweredFrames
            guard limit <= 8192 else {
                throw script.skip("this merchant lets \(limit) frames wait")
            }
            let channel = try await script.channel()
            let handle = try await script.open(channel, on: line)
            var frames: [UInt8] = []
            for sequence in 0..<2 * limit {
                frames += Forgery.frame(
                    .pay(Pay(handle: handle, sequence: sequence, paywords: [], amount: .zero)))
            }
            await line.send(forged: frames)
            try await script.expectLastPaid(
                channel, handle, 2 * limit - 1, on: line, rule: "TC-06.37")
            try await script.expectUnharmed(channel)
        },
        WalletMisbehaviour(
            "too-many-channels", row: "30", rules: "TC-06.39 TC-06.56",
            does: "opens one channel more than the merchant's limit",
            expects: "error limit-exceeded about the handle; the others go on"
        ) { script in
            let line = try await script.connect()
            let limit = line.limits.channels
            guard limit <= 4096 else {
                throw script.skip("this merchant opens \(limit) channels at once")
            }
            // Short chains, so that so many channels lock little money.
            func short() async throws -> PayerChannel {
                var terms = script.terms()
                terms.length = ChainIndex(2)
                return try await script.channel(terms)
            }
            var first = try await short()
            let handle = try await script.open(first, on: line)
            for _ in 1..<limit { try await script.open(try await short(), on: line) }
            let last = try await short()
            let name = line.freshHandle()
            await line.send(.open(try last.open(name, line.transcript)))
            try await script.expectRefusal(.limitExceeded, name, on: line, rule: "TC-06.56")
            try await script.expectGoesOn(&first, handle, on: line, sequence: 0)
        },
        WalletMisbehaviour(
            "many-wrong-paywords", row: "3", rules: "TC-06.51",
            does: "sends wrong paywords until the merchant has had enough",
            expects: "error bad-payword each time, then rate-limited and the connection's end"
        ) { script in
            let (line, channel, handle) = try await script.paidChannel()
            let bearable: UInt32 = 256
            for sequence in 1...bearable {
                await line.send(
                    .pay(
                        Pay(
                            handle: handle, sequence: sequence,
                            paywords: [channel.forgedClaim(channel.index + 1)], amount: .zero)))
                let answer = await line.next()
                guard case .message(.error(let error)) = answer, error.handle == nil else {
                    if case .message(.error(let error)) = answer, error.reason == .badPayword {
                        continue
                    }
                    script.find("TC-06.51", "error bad-payword", seen: answer.text, false)
                    return
                }
                script.find(
                    "TC-06.51", "rate-limited about the connection", seen: answer.text,
                    error.reason == .rateLimited)
                let end = await line.next()
                var isClosed = false
                if case .closed = end { isClosed = true }
                script.find("TC-06.34", "the end of the connection", seen: end.text, isClosed)
                return try await script.expectUnharmed(channel)
            }
            script.find(
                "TC-06.51", "rate-limited about the connection",
                seen: "\(bearable) wrong paywords were borne", false)
        },
        WalletMisbehaviour(
            "failing-jumps", row: "5", rules: "TC-05.21 TC-06.52",
            does: "sends wrong paywords as far up as the merchant walks",
            expects: "error bad-payword, and soon rate-limited; others are served"
        ) { script in
            let line = try await script.connect()
            let far = min(line.limits.jump, 1 << 20)
            var terms = script.terms()
            terms.length = ChainIndex(far)
            terms.hasRandomRoot = true
            let channel = try await script.channel(terms)
            let handle = try await script.open(channel, on: line)
            var seen = "wrong paywords were borne"
            var isRight = false
            for sequence in 0..<15 as Range<UInt32> {
                await line.send(
                    .pay(
                        Pay(
                            handle: handle, sequence: sequence,
                            paywords: [channel.forgedClaim(far)], amount: .zero)))
                let answer = await line.next()
                guard case .message(.error(let error)) = answer, error.reason == .badPayword
                else {
                    seen = answer.text
                    if case .message(.error(let error)) = answer {
                        isRight = error.reason == .rateLimited
                    }
                    break
                }
            }
            script.find("TC-06.52", "error rate-limited", seen: seen, isRight)
            try await script.expectServesOthers()
        },
    ]
}

import FixtureKit
import Testing
import TollConformance

private func answer(_ line: String) async -> String {
    await ConformanceStub().answer(Array(line.utf8))
}

@Test(arguments: [
    ("nonsense", "null"), ("[1]", "null"), ("{}", "null"), (#"{"id":3}"#, "3"),
    (#"{"id":"a","op":"no.such"}"#, #""a""#),
    (#"{"id":[1,{"b":null}],"op":7}"#, #"[1,{"b":null}]"#),
    (#"{"id":1,"id":2,"op":"merkle.root"}"#, "null"), (#"{"id":1,"op":"cbor.decode"}"#, "1"),
    (#"{"id":1,"op":"cbor.decode","bytes":"0"}"#, "1"),
    (#"{"id":1,"op":"amount.add","left":-1,"right":1}"#, "1"),
    (#"{"id":1,"op":"amount.add","left":1.0,"right":1}"#, "1"),
    (#"{"id":1,"op":"amount.add","left":1e3,"right":1}"#, "1"),
    (#"{"id":1,"op":"amount.add","left":true,"right":1}"#, "1"),
    (#"{"id":1,"op":"session.run","role":"broker","steps":[]}"#, "1"),
])
func aLineThatIsNoRequestIsAnsweredAsMalformed(line: String, id: String) async {
    let text = await answer(line)
    #expect(text.hasPrefix(#"{"id":\#(id),"ok":false,"reason":"malformed","detail":""#), "\(text)")
}

/// Readers that go by way of floating point give 9007199254740992 here.
@Test(arguments: ["9007199254740993", #""9007199254740993""#])
func wholeNumbersAreNeverRounded(number: String) async {
    let line = #"{"op":"amount.add","left":\#(number),"right":"0"}"#
    #expect(
        await answer(line) == #"{"id":null,"ok":true,"result":{"units":"9007199254740993"}}"#)
}

@Test(arguments: [
    (#"{"op":"amount.add","left":"9223372036854775808","right":0}"#, "amount-overflow"),
    (#"{"op":"amount.add","left":"99999999999999999999","right":0}"#, "amount-overflow"),
    (#"{"op":"amount.multiply","left":1,"right":"99999999999999999999"}"#, "malformed"),
    (#"{"op":"chain.key","context":"00","ordinal":8}"#, "malformed"),
])
func numbersBeyondTheirRangeHaveTheirReason(line: String, reason: String) async throws {
    let value = try JSONValue(parsing: Array(await answer(line).utf8))
    #expect(value["reason"] == .text(reason))
}

/// Lines of every length and kind of damage, made from all cases.
@Test func damagedRequestsAreAnsweredAndNeverTrap() async throws {
    let seed = TestSeed.choose(for: "damagedRequestsAreAnsweredAndNeverTrap")
    var random = SeededRandom(seed: seed)
    let lines = try FixtureFolder.ofRepository.cases.map(\.request.line)
        .filter { $0.utf8.count < 20_000 }
    let stub = ConformanceStub()
    for _ in 0..<3_000 {
        var bytes = Array(lines[Int.random(in: lines.indices, using: &random)].utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0x20...0x7e, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(bytes[place], at: place)
            }
        }
        let text = await stub.answer(bytes)
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(value["ok"] != nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
    }
}

@Test func workIsBoundedBeforeItIsDone() async throws {
    let far = #"""
        {"op":"chain.walk","chain_key":"00000000000000000000000000000000","index":4294967295,\#
        "payword":"0000000000000000000000000000000000000000000000000000000000000000",\#
        "steps":4294967295}
        """#
    let value = try JSONValue(parsing: Array(await answer(far).utf8))
    #expect(value["reason"] == "too-large")
}

@Test func linesAreCutWhereverTheStreamIs() {
    var cutter = LineCutter(bytesMaximum: 5)
    #expect(cutter.append(Array("ab".utf8)).isEmpty)
    #expect(
        cutter.append(Array("c\r\n\nde\nlonger\nlong".utf8)) == [
            Array("abc".utf8), Array("de".utf8), nil,
        ])
    #expect(cutter.append(Array("est\nf".utf8)) == [nil])
    #expect(cutter.finish() == .some(Array("f".utf8)))
    #expect(cutter.finish() == nil)
}

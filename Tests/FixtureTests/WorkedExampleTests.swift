import FixtureKit
import Foundation
import PayWord
import Testing

@Test func theWorkedExampleIsWhatTheGeneratorMakes() throws {
    let place = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "spec/worked-example.md")
    let page = try String(contentsOf: place, encoding: .utf8)
    #expect(
        try page == WorkedExample(Samples()).markdown,
        "spec/worked-example.md is not what `make fixtures` writes")
}

@Test func theWorkedExampleIsMadeAlikeEachTime() throws {
    #expect(
        try WorkedExample(Samples()).markdown == WorkedExample(Samples()).markdown)
}

/// Each line of an explained encoding begins where the one before it ends, but for what is cut
/// short.
@Test func theWorkedExampleExplainsEveryByte() throws {
    var expected: Int?
    var lines = 0
    for line in try WorkedExample(Samples()).markdown.split(separator: "\n") {
        guard let match = line.wholeMatch(of: /\ +([0-9]+)\ \ \ *([0-9a-f]+)(…?.*)/),
            let offset = Int(match.1)
        else {
            expected = nil
            continue
        }
        if let expected, offset != 0 { #expect(offset == expected, "\(line)") }
        lines += 1
        expected = match.3.hasPrefix("…") ? nil : offset + match.2.count / 2
    }
    #expect(lines > 300)
}

@Test func theWorkedExampleHoldsTheObjectsOfTheFixtures() throws {
    let samples = try Samples()
    let page = try WorkedExample(samples).markdown.split(separator: "\n").joined()
    for encoded in [
        samples.offer.encoded, samples.commitment.encoded, samples.reservation.encoded,
        samples.signingCertificate.encoded,
    ] {
        #expect(page.contains(Hex.encode(encoded)))
    }
}

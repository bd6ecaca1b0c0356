import DeterministicCBOR
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Heads that promise from 2^31 to 2^64 - 1 bytes, elements or pairs, of each major type that has
/// a length.
private let promises: [[UInt8]] = [0x40, 0x60, 0x80, 0xa0].flatMap { major -> [[UInt8]] in
    [
        [major | 26, 0x80, 0, 0, 0],
        [major | 26, 0xff, 0xff, 0xff, 0xff],
        [major | 27, 0, 0, 0, 1, 0, 0, 0, 0],
        [major | 27, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [major | 27, 0x80, 0, 0, 0, 0, 0, 0, 0],
        [major | 27, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]
}

private func peakMemoryKilobytes() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss)
    #else
        getrusage(RUSAGE_SELF, &usage)
        return Int(usage.ru_maxrss) / 1024
    #endif
}

@Test func threat29LengthsThatPromiseGigabytesTakeNoMemory() {
    let before = peakMemoryKilobytes()
    for promise in promises {
        for nesting in 0..<8 {
            let bytes = [UInt8](repeating: 0x81, count: nesting) + promise + [0, 0, 0, 0]
            let error = #expect(throws: CBORFault.self) { try CBORValue(decoding: bytes) }
            // An eighth array around an array or map is one level too deep in any case.
            #expect(error?.code == .endOfInput || error?.code == .nestedTooDeeply)
            #expect(error?.offset == nesting)
        }
    }
    // Less than the smallest promise, with room for what other tests take meanwhile.
    #expect(peakMemoryKilobytes() - before < 1 << 20)
}

@Test(arguments: [1, 2, 100, 65_536])
func threat29ACountMayNotBeMoreThanTheBytesThatFollow(_ count: Int) throws {
    var encoder = CBOREncoder()
    encoder.writeArray(count: count + 1)
    for _ in 0..<count { encoder.writeNull() }
    let error = #expect(throws: CBORFault.self) { try CBORDecoder(encoder.bytes) }
    #expect(error?.code == .endOfInput)
    #expect(error?.offset == 0)
    encoder.writeNull()
    _ = try CBORDecoder(encoder.bytes)
}

@Test func threat29DeepNestingDoesNotDeepenTheStack() {
    for initial: UInt8 in [0x81, 0xa1, 0xd2] {
        let bytes = [UInt8](repeating: initial, count: 1_000_000)
        #expect(throws: CBORFault.self) { try CBORDecoder(bytes, tag: .optional) }
    }
}

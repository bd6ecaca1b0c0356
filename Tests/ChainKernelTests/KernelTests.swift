import CChainKernel
import ChainKernelChecks
import FixtureKit
import PayWord
import Testing

/// Every kind against OpenSSL's SHA-256 of the whole message, step by step.
@Suite struct KernelTests {
    @Test(arguments: Kind.all) func walksEveryLengthAsOpenSSLDoes(_ kind: Kind) {
        check(kind, toll_check_single_walks)
    }

    @Test(arguments: Kind.all) func walksAllLengthsAtOnce(_ kind: Kind) {
        check(kind, toll_check_all_lengths_at_once)
    }

    @Test(arguments: Kind.all) func walksEveryMixOfOneToFortyWalks(_ kind: Kind) {
        check(kind, toll_check_mixes)
    }

    @Test(arguments: Kind.all) func keepsMarkedPaywordsAndNoOthers(_ kind: Kind) {
        check(kind, toll_check_marks)
    }

    @Test(arguments: Kind.all) func staysWithinWhatItWasGiven(_ kind: Kind) {
        check(kind, toll_check_edges_of_memory)
    }

    @Test(arguments: Kind.all) func takesBytesFromAnyPlace(_ kind: Kind) {
        check(kind, toll_check_unaligned_bytes)
    }

    private func check(
        _ kind: Kind,
        _ run: (OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Bool,
        at location: SourceLocation = #_sourceLocation
    ) {
        let seed = TestSeed.choose(for: kind.name)
        let reference = toll_reference_make(seed, openSSLStep)
        defer { toll_reference_free(reference) }
        var fault = [CChar](repeating: 0, count: Int(TOLL_FAULT_BYTES))
        let right = run(kind.kernel, reference, &fault)
        let text = String(
            decoding: fault.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        #expect(right, "\(text)", sourceLocation: location)
    }
}

/// The step as the specification writes it.
private let openSSLStep:
    @convention(c) (
        UnsafePointer<UInt8>?, UInt32, UnsafePointer<UInt8>?, UnsafeMutablePointer<UInt8>?
    ) -> Void = { key, index, payword, below in
        let digest = SHA256.digest(
            Array(UnsafeBufferPointer(start: key, count: ChainKey.byteCount)),
            withUnsafeBytes(of: index.bigEndian) { Array($0) },
            Array(UnsafeBufferPointer(start: payword, count: Payword.byteCount)))
        for (place, byte) in digest.bytes.enumerated() { below?[place] = byte }
    }

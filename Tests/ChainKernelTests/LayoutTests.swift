import CChainKernel
import PayWord
import Testing

/// `ChainDescent` is handed to the kernel as it lies in memory.
@Test func aDescentLiesInMemoryAsTheKernelReadsIt() {
    #expect(MemoryLayout<ChainDescent>.size == MemoryLayout<toll_walk>.size)
    #expect(MemoryLayout<ChainDescent>.stride == MemoryLayout<toll_walk>.stride)
    #expect(MemoryLayout<ChainDescent>.alignment >= MemoryLayout<toll_walk>.alignment)
    typealias Swift = MemoryLayout<ChainDescent>
    typealias C = MemoryLayout<toll_walk>
    #expect(Swift.offset(of: \.key) == C.offset(of: \.chain_key))
    #expect(Swift.offset(of: \.payword) == C.offset(of: \.from))
    #expect(Swift.offset(of: \.index) == C.offset(of: \.index))
    #expect(Swift.offset(of: \.steps) == C.offset(of: \.steps))
    #expect(Swift.offset(of: \.steps) == 52)
    #expect(MemoryLayout<Payword>.stride == 32)
    #expect(MemoryLayout<ChainIndex>.stride == MemoryLayout<UInt32>.stride)
}

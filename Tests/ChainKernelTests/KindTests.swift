import CChainKernel
import Testing

@Suite struct KindTests {
    @Test func thePortableKindIsAlwaysThere() {
        #expect(Kind.real.first?.name == "portable")
        #expect(toll_chain_kernel_named("portable") == Kind.real.first?.kernel)
    }

    @Test(arguments: Kind.real) func aKindIsFoundByItsName(_ kind: Kind) {
        #expect(toll_chain_kernel_named(kind.name) == kind.kernel)
    }

    @Test(arguments: ["", "portabl", "portable ", "PORTABLE", "sse9", "avx2, emulated"])
    func anUnknownNameIsNoKind(_ name: String) {
        #expect(toll_chain_kernel_named(name) == nil)
    }

    @Test func theKindInUseIsOneThatRunsHere() {
        let inUse = toll_chain_kernel_in_use()
        #expect(Kind.real.contains { $0.kernel == inUse })
    }

    @Test func noKindComesAfterTheLast() {
        #expect(toll_chain_kernel_at(Kind.real.count) == nil)
        #expect(toll_chain_kernel_at(.max) == nil)
    }
}

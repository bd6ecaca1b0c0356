import CChainKernel
import ChainKernelChecks
import Testing

/// A kind of kernel to test: one that this machine can run, or one on emulated intrinsics.
///
/// Unchecked: the pointer is to a constant of the C module.
struct Kind: @unchecked Sendable, CustomTestStringConvertible {
    let kernel: OpaquePointer

    var name: String { String(cString: toll_chain_kernel_name(kernel)) }
    var testDescription: String { name }

    static let real = list(toll_chain_kernel_at)
    static let emulated = list(toll_emulated_kernel_at)
    static let all = real + emulated

    private static func list(_ at: (Int) -> OpaquePointer?) -> [Kind] {
        var kinds: [Kind] = []
        while let kernel = at(kinds.count) { kinds.append(Kind(kernel: kernel)) }
        return kinds
    }
}

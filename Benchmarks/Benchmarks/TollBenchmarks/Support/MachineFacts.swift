import CChainKernel
import CLimitCrypto
import CLimits
import Foundation
import Scenes

/// What the figures depend on: written as JSON where `TOLLCHAIN_BENCH_MACHINE` says.
enum MachineFacts {
    static func write() {
        guard let path = environment("TOLLCHAIN_BENCH_MACHINE") else { return }
        let facts: [String: Any] = [
            "kernel": toll_chain_kernel_in_use().map(name) ?? "none", "kernels": kernels.map(name),
            "sha_ni": limit_has_sha_ni(), "avx2": limit_has_avx2(),
            "avx512": limit_has_avx512(), "armv8_sha2": limit_has_armv8(),
            "cores": ProcessInfo.processInfo.activeProcessorCount, "quick": Effort.isQuick,
            "openssl": String(cString: OpenSSL_version(0)),
        ]
        let json = try? JSONSerialization.data(
            withJSONObject: facts, options: [.prettyPrinted, .sortedKeys])
        try? json?.write(to: URL(filePath: path))
    }

    /// The kinds of chain kernel that can run here.
    static var kernels: [OpaquePointer] {
        (0...).lazy.map { toll_chain_kernel_at($0) }.prefix { $0 != nil }.compactMap { $0 }
    }

    static func name(_ kernel: OpaquePointer) -> String {
        String(cString: toll_chain_kernel_name(kernel))
    }
}

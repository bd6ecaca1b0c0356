internal import CLibCrypto

/// HMAC-SHA-256 (RFC 2104) under one key, with OpenSSL's SHA-256: the one way in which secrets are
/// derived from a secret.
///
/// The key is hashed when it is made, and not again for each message.
struct HMACSHA256: Sendable {
    /// Where the two hashes stand once the key is hashed: the inner one, and the outer one.
    private let states: SecretBytes

    private static let blockByteCount = Int(SHA256_CBLOCK)
    private static let digestByteCount = Int(SHA256_DIGEST_LENGTH)
    private static let stateByteCount = MemoryLayout<SHA256_CTX>.stride

    /// For messages under `key`, of any length.
    init(key: SecretBytes) {
        let block = SecretBytes(count: Self.blockByteCount) { block in
            key.withBytes { key in
                if key.count <= block.count {
                    block.copyMemory(from: key)
                } else {
                    Self.withState { state in
                        SHA256_Init(state)
                        SHA256_Update(state, key.baseAddress, key.count)
                        SHA256_Final(block.assumingMemoryBound(to: UInt8.self).baseAddress, state)
                    }
                }
            }
        }
        states = SecretBytes(count: 2 * Self.stateByteCount) { memory in
            let states = memory.bindMemory(to: SHA256_CTX.self)
            for (state, padding) in zip(states.indices, [0x36, 0x5c] as [UInt8]) {
                let padded = SecretBytes(count: Self.blockByteCount) { padded in
                    block.withBytes { block in
                        for index in padded.indices { padded[index] = block[index] ^ padding }
                    }
                }
                SHA256_Init(&states[state])
                _ = padded.withBytes { SHA256_Update(&states[state], $0.baseAddress, $0.count) }
            }
        }
    }

    /// 32 secret bytes for a label and its data.
    func derive(_ label: StaticString, _ data: [UInt8]...) -> SecretBytes {
        let message = label.withUTF8Buffer { Array($0) } + data.flatMap(\.self)
        return SecretBytes(count: Self.digestByteCount) { output in
            message.withUnsafeBytes { write($0, to: output) }
        }
    }

    /// Writes the code of a message, 32 bytes, to `output`.
    func write(_ message: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) {
        let code = output.assumingMemoryBound(to: UInt8.self).baseAddress
        states.withBytes { states in
            let states = states.assumingMemoryBound(to: SHA256_CTX.self)
            Self.withState { state in
                state.pointee = states[0]
                SHA256_Update(state, message.baseAddress, message.count)
                SHA256_Final(code, state)
                state.pointee = states[1]
                SHA256_Update(state, code, Self.digestByteCount)
                SHA256_Final(code, state)
            }
        }
    }

    /// Lends room for a hash under way, which is wiped.
    private static func withState(_ body: (UnsafeMutablePointer<SHA256_CTX>) -> Void) {
        withUnsafeTemporaryAllocation(of: SHA256_CTX.self, capacity: 1) { state in
            guard let state = state.baseAddress else { return }
            body(state)
            OPENSSL_cleanse(state, stateByteCount)
        }
    }
}

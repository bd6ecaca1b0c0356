public import PayWord
internal import Synchronization

extension PeerServer {
    /// Shows this certificate from the next connection on; those that are open keep theirs.
    /// - Throws: `internal` where the server speaks plain TCP: payers know it by that address.
    public func replaceIdentity(_ identity: ServerIdentity) throws(Refusal) {
        let isReplaced = self.identity.withLock { present in
            guard present != nil else { return false }
            present = identity
            return true
        }
        guard isReplaced else {
            throw Refusal(.internal, "a server without TLS gets none while it runs")
        }
    }
}

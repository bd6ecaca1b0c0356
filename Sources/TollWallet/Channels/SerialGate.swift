/// Lets one task after another through, in the order in which they came. An actor alone does not:
/// other calls run while one of its methods waits.
actor SerialGate {
    private var isTaken = false
    /// Who waits, in order; guarded by the actor, as is ``isTaken``.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Waits for the gate and takes it. The caller must ``leave()`` it.
    func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Hands the gate to the next one.
    func leave() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}

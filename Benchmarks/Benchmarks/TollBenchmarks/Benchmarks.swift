import Benchmark

/// Every row of the table, as the library wants it: this is called once in each process, and a
/// process runs one of them. So nothing is made here; each row makes what it needs when it runs.
let benchmarks: @Sendable () -> Void = {
    MachineFacts.write()
    registerKernelRows()
    registerChainRows()
    registerPaymentRows()
    registerRivalRows()
    registerDurabilityRows()
    registerAcceptanceRows()
    registerPostgresRows()
    registerRedemptionRows()
    registerWireRows()
    registerAllocationRows()
    registerMemoryRows()
    registerGrowthRows()
    registerCurves()
}

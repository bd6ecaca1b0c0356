import Foundation
import TollCLI

/// Deals faults to the parties of a scene, one after another, and brings everyone back to life.
struct Storm {
    struct Stuck: Error, CustomStringConvertible { let description: String }

    let scene: Scene
    private var random: ChaosRandom
    private(set) var counts: [Fault: Int] = [:]
    private(set) var kills: [Role: Int] = [:]
    /// Blocks that losses of power took away, and calls that failed.
    private(set) var blocksLost: Int64 = 0
    /// From each primary's end to the first payment after it.
    private(set) var promotions: [Duration] = []
    private(set) var slowestRecovery = Duration.zero
    private(set) var recovery = Duration.zero

    init(_ scene: Scene, seed: UInt64) {
        self.scene = scene
        random = ChaosRandom(seed: seed)
    }

    /// How many faults there were.
    var total: Int { counts.values.reduce(0, +) }

    /// Draws a fault and deals it.
    /// - Returns: what was done, in words.
    mutating func strike(among faults: [Fault]) async throws -> (fault: Fault, words: String) {
        let pool = faults.flatMap { Array(repeating: $0, count: $0.weight) }
        let fault = pool.randomElement(using: &random) ?? .kill
        try await flow(Int.random(in: 0...12, using: &random), atMost: .milliseconds(400))
        let words = try await deal(fault)
        counts[fault, default: 0] += 1
        return (fault, words)
    }

    private mutating func deal(_ fault: Fault) async throws -> String {
        switch fault {
        case .kill: return try await kill()
        case .power: return try await losePower()
        case .stop: return try await stop()
        case .cut, .delay: return try await disturb(fault)
        case .disk, .fsync, .slow: return try await failDisk(fault)
        case .clock: return try await jump()
        case .race: return try await race()
        case .restore: return try await restore()
        case .restart: return try await restartServer()
        case .promote: return try await promote()
        }
    }

    /// A party; for faults of disks, one that has files of its own.
    private mutating func someone(withDisk: Bool = false) -> Party {
        let isMerchant = Int.random(in: 0..<10, using: &random) < 5
        if isMerchant, !withDisk || scene.cluster == nil {
            return scene.merchants.randomElement(using: &random) ?? scene.merchant
        }
        let isBroker = Int.random(in: 0..<5, using: &random) < 2
        return isBroker ? scene.broker : scene.payers.randomElement(using: &random) ?? scene.broker
    }

    private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &random))
    }

    // MARK: Ends of processes

    private mutating func kill() async throws -> String {
        let party = someone()
        await party.kill()
        kills[party.role, default: 0] += 1
        guard random.isOne(in: 6) else {
            try await party.start()
            return party.name
        }
        // Once more while it recovers.
        try await party.startAndKill(after: milliseconds(1...250))
        kills[party.role, default: 0] += 1
        counts[.kill, default: 0] += 1
        try await party.start()
        return "\(party.name), twice"
    }

    private mutating func losePower() async throws -> String {
        let party = someone(withDisk: true)
        // At times to all at once.
        let parties = random.isOne(in: 6) ? scene.everyone : [party]
        for party in parties { await party.kill() }
        // One in three loses all that was not flushed; else chance keeps part of it.
        var lost: Int64 = 0
        for party in parties where !party.name.hasPrefix("merchant-") {
            let seed = random.isOne(in: 3) ? 0 : random.next()
            lost += try party.disk.losePower(seed: seed)
        }
        blocksLost += lost
        for party in parties { try await party.start() }
        return "\(parties.map(\.name).joined(separator: ", ")): \(lost) blocks lost"
    }

    private mutating func stop() async throws -> String {
        let party = someone()
        let time = milliseconds(random.isOne(in: 20) ? 1000...6000 : 10...300)
        await party.freeze()
        try await Task.sleep(for: time)
        await party.thaw()
        return "\(party.name) for \(time)"
    }

    // MARK: The network

    private mutating func disturb(_ fault: Fault) async throws -> String {
        let isMerchant = !random.isOne(in: 4)
        let proxy = isMerchant ? scene.merchantProxy : scene.brokerProxy
        let name = isMerchant ? "to the merchant" : "to the broker"
        if fault == .cut {
            let bytes = random.isOne(in: 3) ? 0 : Int.random(in: 1...900, using: &random)
            proxy.cut(afterBytes: bytes)
            return "\(name), after \(bytes) bytes"
        }
        let delay = UInt32.random(in: 1...60, using: &random)
        proxy.setDelay(microseconds: delay * 1000)
        try await Task.sleep(for: milliseconds(50...300))
        proxy.setDelay(microseconds: 0)
        return "\(name), \(delay) ms each way"
    }

    // MARK: Disk and clock

    private mutating func failDisk(_ fault: Fault) async throws -> String {
        let party = someone(withDisk: true)
        let disk = party.disk
        let time = milliseconds(30...250)
        switch fault {
        case .disk: disk.setFull(true)
        case .fsync: disk.setFlushesFailing(true)
        default:
            disk.setFlushDelay(microseconds: Int32.random(in: 1000...80_000, using: &random))
        }
        let before = disk.failures
        try await Task.sleep(for: time)
        // At times the process does not live to see the disk mended.
        if random.isOne(in: 5) {
            await party.kill()
            disk.heal()
            if random.isOne(in: 2) {
                blocksLost += try disk.losePower(seed: random.isOne(in: 3) ? 0 : random.next())
            }
            try await party.start()
        }
        disk.heal()
        let failed = disk.failures
        let count = failed.writes - before.writes + failed.flushes - before.flushes
        return "\(party.name) for \(time): \(count) calls failed"
    }

    private mutating func jump() async throws -> String {
        let party = someone()
        let steps = party.role == .broker ? [2, 240, 600, 3600] : [2, 240, 600, 3600, 100_000]
        let seconds = (steps.randomElement(using: &random) ?? 2) * (random.isOne(in: 2) ? 1 : -1)
        party.disk.setClock(offset: .seconds(seconds))
        try await Task.sleep(for: milliseconds(30...250))
        party.disk.setClock(offset: .zero)
        return "\(party.name) by \(seconds) s"
    }

    // MARK: Two at once

    /// A second program on the merchant's database redeems while the first takes payments.
    private mutating func race() async throws -> String {
        let redeemer = try ChildProcess(
            scene.toll, ["merchant", "redeem", "--home", scene.merchantHome, "--json"],
            environment: scene.merchant.disk.environment)
        if random.isOne(in: 3) {
            try await Task.sleep(for: milliseconds(20...200))
            await redeemer.kill()
            return "a second redeemer, killed"
        }
        return "a second redeemer, which ended with \(await redeemer.ended())"
    }

    // MARK: Older copies

    // MARK: PostgreSQL

    private mutating func restartServer() async throws -> String {
        let isCrash = random.isOne(in: 2)
        try isCrash ? scene.cluster?.crash() : scene.cluster?.restart()
        return isCrash ? "killed" : "stopped"
    }

    private mutating func promote() async throws -> String {
        let start = ContinuousClock.now
        try scene.cluster?.promote()
        guard try await awaitRecovery() else { return "payments did not go on" }
        let took = ContinuousClock.now - start
        promotions.append(took)
        try scene.cluster?.addStandby()
        return "payments went on after \(took)"
    }

    // MARK: Recovery

    /// Waits for so many acknowledgements.
    func flow(_ count: Int, atMost time: Duration) async throws {
        let target = scene.journal.count + count
        let end = ContinuousClock.now + time
        while scene.journal.count < target, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    /// Waits until payments go on, and nobody has died of what happened.
    /// - Returns: whether they do.
    mutating func awaitRecovery(atMost time: Duration = .seconds(30)) async throws -> Bool {
        let start = ContinuousClock.now
        let before = scene.journal.count
        while scene.journal.count == before {
            for party in scene.everyone {
                if let death = await party.death { throw Stuck(description: death) }
            }
            guard ContinuousClock.now - start < time else { return false }
            try await Task.sleep(for: .milliseconds(3))
        }
        let took = ContinuousClock.now - start
        slowestRecovery = max(slowestRecovery, took)
        recovery += took
        return true
    }
}

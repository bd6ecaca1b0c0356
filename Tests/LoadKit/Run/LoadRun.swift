package import Foundation
import NIOCore
import NIOPosix
import PayWord
import PrivatePostgres
import Synchronization
import TollCLI
import TollTransport

/// One run: a merchant, its payers, and the books at the end.
package final class LoadRun: Sendable {
    private let plan: LoadPlan
    private let toll: URL
    private let folder: String
    private let say: @Sendable (String) -> Void
    /// What must not outlive the run.
    private let serving = Mutex<ChildProcess?>(nil)

    /// - Parameters:
    ///   - plan: what to do.
    ///   - toll: the program `toll`.
    ///   - folder: an empty folder, on the disk that is measured.
    ///   - say: told what is under way.
    package init(
        _ plan: LoadPlan, toll: URL, folder: String, say: @escaping @Sendable (String) -> Void
    ) {
        self.plan = plan
        self.toll = toll
        self.folder = folder
        self.say = say
    }

    /// Ends the merchant at once, for a run that is interrupted.
    package func abandon() async { await serving.withLock { $0 }?.kill() }

    package func run() async throws -> LoadReport {
        var server: PrivateServer?
        defer { server?.end() }
        var database: String?
        switch plan.store {
        case .sqlite: break
        case .privatePostgres:
            say("Starting a PostgreSQL …")
            let started = try PrivateServer(
                isDurable: true, settings: ["shared_buffers = 256MB", "max_wal_size = 4GB"])
            server = started
            database = started.uri("postgres")
        case .postgres(let address): database = address
        }
        let merchant = try await MerchantUnderLoad(
            toll: toll, home: "\(folder)/merchant-home", database: database)
        let (process, address) = try await merchant.serve(connections: plan.connections)
        serving.withLock { $0 = process }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: plan.lanes)
        do {
            let report = try await load(merchant, process, address, group)
            try await group.shutdownGracefully()
            return report
        } catch {
            let wasRunning = process.isRunning
            await process.kill()
            try? await group.shutdownGracefully()
            guard wasRunning else {
                throw LoadFailure("\(error); the merchant ended: \(process.errors)")
            }
            throw error
        }
    }

    private func load(
        _ merchant: MerchantUnderLoad, _ process: ChildProcess, _ address: MerchantAddress,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> LoadReport {
        let clock: @Sendable () -> Timestamp = {
            Timestamp(UInt64(Date().timeIntervalSince1970))
        }
        let memory = ResidentMemory(
            of: process.processID, on: MultiThreadedEventLoopGroup.singleton.any())
        var report = LoadReport(plan: plan)
        let crowd = Crowd(plan)
        say("Making \(plan.channels) channels …")
        let made = try await crowd.make(
            ChannelMaker(
                merchant: address.merchant, asset: merchant.asset, seed: plan.seed,
                now: clock()))
        report.memory.atStart = memory.now()

        var lanes: [Lane] = []
        for (number, loop) in zip(0..<plan.lanes, group.makeIterator()) {
            lanes.append(
                try await Lane(
                    on: loop, address: address, popularity: crowd.popularity(ofLane: number),
                    seed: plan.seed &+ UInt64(number) &+ 1, clock: clock))
        }
        say("Making \(plan.connections) connections …")
        let connections = lanes.indices.map { crowd.connections(ofLane: $0, made) }
        try await forAll(lanes) { try await $1.connect(connections[$0]) }
        report.memory.connected = memory.now()
        say("Opening the channels …")
        let began = NIODeadline.now()
        try await forAll(lanes) { try await $1.open() }
        report.openingNanoseconds = UInt64((NIODeadline.now() - began).nanoseconds)
        report.memory.opened = memory.now()

        let cashier = Cashier(plan: plan, lanes: lanes, crowd: crowd)
        if plan.warmUpSeconds > 0 {
            say("Warming up for \(plan.warmUpSeconds) s …")
            report.warmUp = try await cashier.pay(plan.rate, seconds: plan.warmUpSeconds)
        }
        say("Paying \(plan.rate) a second for \(plan.seconds) s …")
        memory.start()
        let worked = Work(of: process)
        report.measured = try await cashier.pay(plan.rate, seconds: plan.seconds)
        report.work = Work(of: process).since(worked)
        report.memory.samples = memory.stop()
        report.memory.atEnd = memory.now()
        if let search = plan.search {
            report.search = try await look(search, cashier)
        }
        try await settle(&report, merchant, process, lanes)
        return report
    }

    private func forAll(
        _ lanes: [Lane], _ body: @escaping @Sendable (Int, Lane) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { tasks in
            for (number, lane) in lanes.enumerated() {
                tasks.addTask { try await body(number, lane) }
            }
            try await tasks.waitForAll()
        }
    }

    private func look(_ search: LoadPlan.Search, _ cashier: Cashier) async throws -> RateSearch {
        var found = RateSearch(search, from: plan.rate)
        while let rate = found.next {
            say("Trying \(rate) a second …")
            let tally = try await cashier.pay(rate, seconds: search.seconds)
            found.take(tally)
            if tally.unanswered > 0 || tally.unsentCount > 0 { break }
        }
        return found
    }

    /// Ends the payers and the merchant, and compares what both have counted.
    private func settle(
        _ report: inout LoadReport, _ merchant: MerchantUnderLoad, _ process: ChildProcess,
        _ lanes: [Lane]
    ) async throws {
        say("Checking the books …")
        for lane in lanes {
            let standing = try await lane.standing()
            report.lostConnections += standing.lostConnections
            if let fault = standing.fault { report.faults.append(fault) }
            if standing.miscounted > 0, report.all.unanswered == 0 {
                report.faults.append(
                    "\(standing.miscounted) channels were acknowledged other sums than they paid")
            }
            try await lane.close()
        }
        process.terminate()
        let status = await process.ended()
        if status != 0 {
            report.faults.append("the merchant ended with \(status): \(process.errors)")
        }
        let books = try await merchant.books()
        report.books = books
        report.faults += books.faults(channels: plan.channels, report.all)
    }
}

package import NIOCore
package import PayWord
package import TollTransport

/// A ``LoadLane`` as everyone else may reach it.
package struct Lane: Sendable {
    private let loop: any EventLoop
    private let lane: NIOLoopBound<LoadLane>

    package init(
        on loop: any EventLoop, address: MerchantAddress, popularity: Popularity, seed: UInt64,
        clock: @escaping @Sendable () -> Timestamp
    ) async throws {
        self.loop = loop
        lane = try await loop.submit {
            NIOLoopBound(
                LoadLane(
                    loop: loop, address: address, popularity: popularity, seed: seed,
                    clock: clock), eventLoop: loop)
        }.get()
    }

    /// Connects; each connection has these channels later.
    package func connect(_ connections: [[MadeChannel]]) async throws {
        try await loop.flatSubmit { [lane] in lane.value.connect(connections) }.get()
    }

    /// Opens all channels.
    package func open() async throws {
        try await loop.flatSubmit { [lane] in lane.value.open() }.get()
    }

    /// Pays at a rate for so long, and waits for the answers.
    package func pay(
        perSecond rate: Double, from start: NIODeadline, nanoseconds: UInt64,
        patience: TimeAmount
    ) async throws -> Tally {
        try await loop.flatSubmit { [lane] in
            lane.value.pay(
                perSecond: rate, from: start, nanoseconds: nanoseconds, patience: patience)
        }.get()
    }

    /// What went wrong, and what does not add up.
    package func standing() async throws -> Standing {
        try await loop.submit { [lane] in
            Standing(
                fault: lane.value.fault, lostConnections: lane.value.lostConnections,
                miscounted: lane.value.miscounted)
        }.get()
    }

    package struct Standing: Sendable {
        package let fault: String?
        package let lostConnections: Int
        package let miscounted: Int
    }

    /// Ends all sessions.
    package func close() async throws {
        try await loop.flatSubmit { [lane] in lane.value.close() }.get()
    }
}

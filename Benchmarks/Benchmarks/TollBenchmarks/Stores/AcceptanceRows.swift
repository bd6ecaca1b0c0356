import PayWord
import Scenes
import StoreConformance
import TollMerchant
import TollSQLite

/// Payments that are on disk when they are answered: 256 channels pay at once, 32 payments each
/// before they wait, against SQLite alone writing the same rows.
func registerAcceptanceRows() {
    row("durable acceptance, SQLite", seconds: 4, full: 10, iterations: 200) {
        try await acceptance(withReferences: false)
    }
    row("durable acceptance with references, SQLite", seconds: 4, full: 10, iterations: 200) {
        try await acceptance(withReferences: true)
    }
}

let channelsInFlight = 256
let pipelined = 32
let roundsOfRun = 4

private func acceptance(withReferences: Bool) async throws -> Sides {
    let folder = try temporaryFolder()
    let key = try Shop.newKey()
    let shop = try await AcceptingShop(
        key, SQLiteChannelStore(path: folder + "/ours.sqlite", merchant: key.publicKey),
        withReferences: withReferences)
    let bare = try await BareChannels(folder + "/limit.sqlite", withReferences: withReferences)
    let units = channelsInFlight * pipelined * roundsOfRun
    return Sides(
        ours: .init(units: units, prepare: shop.prepare) { try await shop.payAll() },
        limit: .init(units: units, prepare: bare.prepare) {
            for _ in 0..<roundsOfRun { try bare.writeRound() }
        })
}

/// Ours: a merchant whose payers have their payments ready.
final class AcceptingShop {
    private let shop: Shop
    private var payers: [Payer]
    /// By payer, then by round.
    private var ready: [[[PaymentRequest]]] = []
    private let withReferences: Bool
    private var references = SeededGenerator(seed: 5)

    init(
        _ key: SigningKey, _ store: any ChannelStore, withReferences: Bool,
        channels: Int = channelsInFlight, from first: UInt64 = 0
    ) async throws {
        shop = try Shop(key: key, store)
        payers = try await shop.open(channels, length: 1 << 15, from: first)
        self.withReferences = withReferences
    }

    func prepare() throws {
        ready = []
        for place in payers.indices {
            var rounds: [[PaymentRequest]] = []
            for _ in 0..<roundsOfRun {
                var payments: [PaymentRequest] = []
                for _ in 0..<pipelined {
                    let reference = withReferences ? references.reference() : nil
                    payments.append(try payers[place].nextPayment(reference: reference))
                }
                rounds.append(payments)
            }
            ready.append(rounds)
        }
    }

    /// What is ready, to be paid beside another shop's.
    var work: AcceptingWork { AcceptingWork(merchant: shop.merchant, ready: ready) }

    func payAll() async throws { try await work.payAll() }
}

/// Payments that are ready, by payer, then by round.
struct AcceptingWork: Sendable {
    let merchant: Merchant
    let ready: [[[PaymentRequest]]]

    /// Every channel sends its next payments when those before are answered.
    func payAll() async throws {
        try await withThrowingTaskGroup { group in
            for rounds in ready {
                group.addTask {
                    for payments in rounds {
                        for answer in await merchant.pay(payments) { _ = try answer.get() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

extension SeededGenerator {
    mutating func reference() -> [UInt8] {
        withUnsafeBytes(of: (next() as UInt64, next() as UInt64)) { Array($0) }
    }
}

/// The limit: the same rows in the same schema, written by SQLite and nothing else, one transaction
/// a round.
private final class BareChannels {
    private let database: BareSQLite
    private let ids: [[UInt8]]
    private let chains: [UInt8]
    private let withReferences: Bool
    private var round: Int64 = 0
    private var generator = SeededGenerator(seed: 6)
    private var references: [[UInt8]] = []

    init(_ path: String, withReferences: Bool) async throws {
        let key = try Shop.newKey()
        let shop = try Shop(key: key, SQLiteChannelStore(path: path, merchant: key.publicKey))
        _ = try await shop.open(channelsInFlight, length: 8)
        database = try BareSQLite(path)
        ids = try database.blobs("SELECT id FROM channels ORDER BY id")
        chains = try database.blobs("SELECT chains FROM channels LIMIT 1").first ?? []
        self.withReferences = withReferences
    }

    func prepare() {
        guard withReferences else { return }
        references = (0..<channelsInFlight * pipelined * roundsOfRun).map { _ in
            generator.reference()
        }
    }

    func writeRound() throws {
        round += 1
        try database.transaction {
            for id in ids {
                try database.raise(id, chains, to: round * Int64(pipelined))
                guard withReferences else { continue }
                for _ in 0..<pipelined {
                    try database.run(
                        "INSERT INTO charges (channel, kind, reference, amount) VALUES (?, 1, ?, 1)",
                        [.bytes(id), .bytes(references.removeLast())])
                }
            }
        }
    }
}

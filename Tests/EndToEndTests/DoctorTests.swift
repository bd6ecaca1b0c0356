import Foundation
import Testing
import TollCLI

/// `toll doctor` on a town where all is well, and with one fault planted after another: each is found
/// by name, with what to do.
struct DoctorTests {
    private typealias Rows = [(check: String, state: String, found: String, fix: String)]

    private let folder: TestFolder
    private let town: Town
    private var home: String { town.parties.merchantHome }
    private var merchant: String { "\(home)/merchant" }

    init() async throws {
        folder = try TestFolder()
        town = try await Town(folder: folder.path)
        _ = try await town.parties.run([
            "merchant", "init", "--home", home, "--broker", town.broker, "--price", "a=0.01",
        ])
        try rewrite { file in
            file["listen"] = "127.0.0.1:0"
            file["limits"] = ["connections": 64, "connectionsPerAddress": 16]
        }
    }

    @Test func whereAllIsWellNothingIsAFault() async throws {
        let rows = try await look(expecting: 0)
        #expect(!rows.contains { $0.state == "fault" }, "\(rows)")
        for check in [
            "merchant folder", "merchant key", "merchant disk", "merchant disk writes",
            "merchant open files", "merchant database", "merchant newest copy",
            "merchant durability", "merchant service", "merchant port", "merchant redemption",
            "merchant batches", "merchant refusals", "merchant broker", "merchant broker keys",
            "merchant broker clock",
        ] {
            #expect(rows.contains { $0.check == check && $0.state == "ok" }, "\(check): \(rows)")
        }
        await town.parties.stop()
    }

    /// What to plant, and how it is found.
    enum Plant: String, CaseIterable {
        case readableKey, shortKey, missingKey, openFolder, readableDatabase, missingDatabase,
            foreignDatabase, olderDatabase, unknownKey, plainTransport, dangerousMargin,
            expiredCertificate, wrongPair, readableCertificateKey, missingCertificate, takenPort,
            noSuchAddress, tooFewFiles, absentBroker, anotherBroker, noJSON

        var finding: (check: String, text: String) {
            switch self {
            case .readableKey: ("merchant key", "chmod 600")
            case .shortKey: ("merchant key", "has 31 bytes")
            case .missingKey: ("merchant key", "missing")
            case .openFolder: ("merchant folder", "chmod 700")
            case .readableDatabase: ("merchant database file", "chmod 600")
            case .missingDatabase: ("merchant database", "missing")
            case .foreignDatabase: ("merchant database", "merchant's database")
            case .olderDatabase: ("merchant newest copy", "older copy")
            case .unknownKey: ("merchant configuration", "lissten")
            case .plainTransport: ("merchant configuration", "plain TCP")
            case .dangerousMargin: ("merchant configuration", "604800")
            case .expiredCertificate: ("merchant certificate", "2021-01-01")
            case .wrongPair: ("merchant certificate", "the key that belongs to it")
            case .readableCertificateKey: ("merchant certificate key", "chmod 600")
            case .missingCertificate: ("merchant certificate", "cannot be read")
            case .takenPort: ("merchant port", "ss -ltnp")
            case .noSuchAddress: ("merchant port", "no address")
            case .tooFewFiles: ("merchant open files", "LimitNOFILE")
            case .absentBroker: ("merchant broker", "is the broker running")
            case .anotherBroker: ("merchant broker", "another broker")
            case .noJSON: ("merchant configuration", "comma")
            }
        }
    }

    @Test(arguments: Plant.allCases)
    func aPlantedFaultIsFound(plant: Plant) async throws {
        try self.plant(plant)
        let rows = try await look(expecting: 8)
        let (check, text) = plant.finding
        let row = rows.first {
            $0.check == check && $0.state == "fault" && "\($0.found) \($0.fix)".contains(text)
        }
        #expect(row != nil, "\(plant): \(rows.filter { $0.state != "ok" })")
        #expect(!rows.contains { $0.state == "fault" && $0.fix.isEmpty })
        if plant == .readableKey {
            // One fault; what cannot be looked at because of it says so, and blames no other file.
            #expect(rows.count { $0.state == "fault" } == 1, "\(rows)")
            #expect(!rows.contains { $0.found.contains("channels.sqlite") }, "\(rows)")
            let counters = rows.first { $0.check == "merchant counters" }
            #expect(counters?.found == "the merchant's key cannot be read")
        }
        await town.parties.stop()
    }

    @Test func aBrokerAndAWalletAreLookedAtToo() async throws {
        _ = try await town.wallet(["init", "--broker", town.broker])
        let wallet = try await look(home: town.parties.walletHome(0), expecting: 0)
        #expect(wallet.contains { $0.check == "wallet broker" && $0.state == "ok" }, "\(wallet)")
        let broker = try await look(home: town.parties.brokerHome, expecting: 0)
        #expect(broker.contains { $0.check == "broker root key" && $0.state == "warning" })
        #expect(broker.contains { $0.check == "broker ledger" && $0.state == "ok" }, "\(broker)")
        try chmod(0o644, "\(town.parties.walletHome(0))/wallet/wallet.key")
        let opened = try await look(home: town.parties.walletHome(0), expecting: 8)
        #expect(opened.contains { $0.check == "wallet secret" && $0.fix.contains("chmod 600") })
        await town.parties.stop()
    }

    @Test func nothingThereIsNoGoodHealth() async throws {
        let empty = try TestFolder()
        let outcome = try await Program.toll.run(["doctor", "--home", empty.path], expecting: 4)
        #expect(outcome.errors.contains("--home"))
        _ = try await Program.toll.run(["doctor", "nurse", "--home", empty.path], expecting: 2)
        await town.parties.stop()
    }

    // MARK: What is planted

    private func plant(_ plant: Plant) throws {
        let key = "\(merchant)/merchant.key"
        let database = "\(merchant)/channels.sqlite"
        switch plant {
        case .readableKey: try chmod(0o644, key)
        case .shortKey: try write([UInt8](repeating: 1, count: 31), key)
        case .missingKey: try FileManager.default.removeItem(atPath: key)
        case .openFolder: try chmod(0o755, merchant)
        case .readableDatabase: try chmod(0o644, database)
        case .missingDatabase: try FileManager.default.removeItem(atPath: database)
        case .foreignDatabase:
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: database + end)
            }
            try write([UInt8](repeating: 0x78, count: 8192), database)
        case .olderDatabase:
            try write(Array("\(String(repeating: "0", count: 17))999\n".utf8), database + "-height")
        case .unknownKey: try rewrite { $0["lissten"] = 1 }
        case .plainTransport: try rewrite { $0["listen"] = "0.0.0.0:0" }
        case .dangerousMargin: try rewrite { $0["redeemMarginSeconds"] = 60 }
        case .expiredCertificate: try useTLS(Self.expired)
        case .wrongPair: try useTLS((Self.expired.certificate, Self.otherKey))
        case .readableCertificateKey:
            try useTLS(Self.expired)
            try chmod(0o644, "\(folder.path)/key.pem")
        case .missingCertificate:
            try useTLS(Self.expired)
            try FileManager.default.removeItem(atPath: "\(folder.path)/chain.pem")
        case .takenPort:
            let port = try #require(URL(string: town.broker)?.port)
            try rewrite { $0["listen"] = "127.0.0.1:\(port)" }
        case .noSuchAddress: try rewrite { $0["listen"] = "192.0.2.1:7600" }
        case .tooFewFiles: try rewrite { $0["limits"] = ["connections": 1_048_576] }
        case .absentBroker: try rewriteBroker { $0["url"] = "http://127.0.0.1:1" }
        case .anotherBroker: try rewriteBroker { $0["root"] = HintTests.stranger }
        case .noJSON:
            try write(Array("{\"a\": 1\n\"b\": 1}".utf8), "\(merchant)/merchant.json")
        }
    }

    private func look(home: String? = nil, expecting status: Int32) async throws -> Rows {
        let outcome = try await Program.toll.run(
            ["doctor", "--home", home ?? self.home, "--json"], expecting: status)
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let rows = try #require(value as? [[String: Any]])
        return rows.map { row in
            func text(_ name: String) -> String { row[name] as? String ?? "" }
            return (text("check"), text("state"), text("found"), text("what_to_do"))
        }
    }

    private func rewrite(_ change: (inout [String: Any]) -> Void) throws {
        let place = URL(fileURLWithPath: "\(merchant)/merchant.json")
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: place))
        var file = try #require(value as? [String: Any])
        change(&file)
        try JSONSerialization.data(withJSONObject: file, options: [.prettyPrinted, .sortedKeys])
            .write(to: place)
    }

    private func rewriteBroker(_ change: (inout [String: Any]) -> Void) throws {
        try rewrite { file in
            var broker = (file["brokers"] as? [[String: Any]])?.first ?? [:]
            change(&broker)
            file["brokers"] = [broker]
        }
    }

    private func useTLS(_ pair: (certificate: String, key: String)) throws {
        let (chain, key) = ("\(folder.path)/chain.pem", "\(folder.path)/key.pem")
        try write(Array(pair.certificate.utf8), chain)
        try write(Array(pair.key.utf8), key)
        try chmod(0o600, key)
        try rewrite { $0["tls"] = ["certificate": chain, "key": key] }
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try chmod(0o600, path)
    }

    private func chmod(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}

/// Keys that protect nothing but these tests.
extension DoctorTests {
    /// Self-signed for `localhost`, from 2020 to 2021, made with `openssl ca -selfsign`.
    static let expired = (
        certificate: """
        -----BEGIN CERTIFICATE-----
        MIIBDzCBtgIBAzAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwHhcN
        MjAwMTAxMDAwMDAwWhcNMjEwMTAxMDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhv
        c3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQGoby/ba+gSC+UOoGH35WaFNrC
        wRmL8LcgEeV3QSxMGsHgsZ0SxHdb0OwFyYQ3W1u31OMNbpVRBlTl/baAsFjoMAoG
        CCqGSM49BAMCA0gAMEUCIQDHfaz3gTcyPa0QUtGSa88WbzNOqyFbNjv2h3G/McqS
        tQIgXpqfXItNR41LLBn2XnzCQyetJElHaQIUnZGlw//NfYQ=
        -----END CERTIFICATE-----

        """,
        key: """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsj3zWxJemvqCKOj6
        Bx2RFgmbBU1VgjUMirWnSL7jTy2hRANCAAQGoby/ba+gSC+UOoGH35WaFNrCwRmL
        8LcgEeV3QSxMGsHgsZ0SxHdb0OwFyYQ3W1u31OMNbpVRBlTl/baAsFjo
        -----END PRIVATE KEY-----

        """
    )

    /// The key of no certificate here.
    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnoIWurCBjr+mtz3o
        PpgROTeHMtbBgdP74xq47gXY8QuhRANCAAT0sg/sNLd4cxs1emwa7CUGFVk3ng1e
        2gcIUxnRJwbtUlDmFlwvd+9OtVPNQFReA+8h8CqMkW4n1B/mieuUbVsV
        -----END PRIVATE KEY-----

        """
}

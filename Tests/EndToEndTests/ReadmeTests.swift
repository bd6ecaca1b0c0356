import Foundation
import KeyFile
import PayWord
import Testing
import TollMerchant
import TollSQLite
import TollTransport

/// The README's merchant, word for word, so that it is compiled. `broker` is the key of the broker.
private func merchantOfTheReadme(_ broker: String) async throws {
    let key = try SigningKey(seed: SecretFile.read("merchant.key"))  // made by toll merchant init
    guard let brokerKey = PublicKey(text: broker) else { exit(2) }  // what toll broker init printed
    let euro = try Asset(code: "EUR", scale: 6)
    let store = try SQLiteChannelStore(path: "channels.sqlite", merchant: key.publicKey)

    let merchant = Merchant(
        key: key, policy: MerchantPolicy(asset: euro, brokers: [BrokerIdentity(root: brokerKey)]),
        store: store,
        catalogue: try Catalogue(["article": Price(unit: "piece", amount: euro.amount("0.0025"))]),
        clock: { Timestamp(UInt64(Date().timeIntervalSince1970)) })

    let server = PeerServer(
        .init(address: PeerAddress(host: "127.0.0.1", port: 7600)), key: key, service: merchant,
        clock: { Timestamp(UInt64(Date().timeIntervalSince1970)) })
    try await server.run()
}

@Test func theMerchantOfTheReadmeCompiles() throws {
    let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    func lines(_ file: URL, from first: String, to last: String) throws -> [String] {
        let all = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let start = try #require(all.firstIndex { $0.hasPrefix(first) })
        let end = try #require(all[start...].firstIndex { $0.hasPrefix(last) })
        return Array(all[start...end])
    }
    let (first, last) = ("let key = try SigningKey(", "try await server.run()")
    #expect(
        try lines(root.appendingPathComponent("README.md"), from: first, to: last)
            == lines(URL(fileURLWithPath: #filePath), from: first, to: last))
}

import Foundation
import Testing
import TollCLI

struct MerchantConfigurationTests {
    static let root = "43y9fRX1ycryxuWSij8DXG0qa68VIBTHfL-1OaedkqQ"

    /// A file that is right, a key a line; tests replace lines.
    static let lines = [
        "{",
        #""asset": "EUR/6","#,
        #""brokers": [{"root": "\#(root)","#,
        #""url": "https://broker.example"}],"#,
        #""redeemMarginSeconds": 604800,"#,
        #""prices": {"article": {"#,
        #""price": "0.25", "unit": "piece"}},"#,
        #""redeem": {"everySeconds": 3600},"#,
        #""listen": "127.0.0.1:7600""#,
        "}",
    ]

    static func configuration(
        _ changes: [Int: String] = [:], sources: ConfigurationSources = ConfigurationSources()
    ) -> MerchantConfiguration {
        var lines = lines
        for (line, text) in changes { lines[line - 1] = text }
        return MerchantConfiguration(
            text: Array(lines.joined(separator: "\n").utf8), sources: sources)
    }

    @Test func aFileThatIsRightHasNoFault() {
        #expect(Self.configuration().faults == [])
    }

    @Test func aFileOfTheFirstVersionStaysValid() {
        let text = """
            {"asset": "EUR/6", "brokers": [], "prices": {}, "redeemMarginSeconds": 604800,
             "twoPartyMaximum": "5.000000"}
            """
        let configuration = MerchantConfiguration(text: Array(text.utf8))
        #expect(!configuration.hasErrors, "\(configuration.faults)")
        #expect(configuration.values.text("listen") == "127.0.0.1:7600")
        #expect(configuration.values.origin("listen") == .standard)
    }

    @Test(
        "Each mistake is named with its line, its key and the way out",
        arguments: [
            // Form.
            (2, #""asset": "EURO","#, 2, "asset", "EUR/6"),
            (2, #""asset": 6,"#, 2, "asset", "EUR/6"),
            (2, #""asset": null,"#, 2, "asset", "EUR/6"),
            (2, "", 1, "asset", "add it"),
            (2, #""asset": "EUR/6", "asset": "USD/2","#, 2, "asset", "line 2"),
            (2, #""asset": "EUR/6", "lisen": "x","#, 2, "lisen", "‘listen’"),
            (2, #""asset": "EUR/6", "qqqqqq": "x","#, 2, "qqqqqq", "there are asset, name"),
            (2, #""asset": "EUR/6", "name": "","#, 2, "name", "1 to 64"),
            (3, #""brokers": [{"root": "short","#, 3, "brokers[0].root", "43 characters"),
            (4, #""url": "broker.example"}],"#, 4, "brokers[0].url", "https://broker.example"),
            (4, #""url": "https://a:b@c.example"}],"#, 4, "brokers[0].url", "without user"),
            (4, #""port": 1}],"#, 4, "brokers[0].port", "there are root, url"),
            (5, #""redeemMarginSeconds": "7d","#, 5, "redeemMarginSeconds", "whole number"),
            (5, #""redeemMarginSeconds": -1,"#, 5, "redeemMarginSeconds", "from 0"),
            (6, #""prices": {"": {"#, 6, "prices[\"\"]", "1 to 256"),
            (7, #""price": 0.25, "unit": "piece"}},"#, 7, "prices.article.price", "in quotes"),
            (7, #""price": "0.25"}},"#, 6, "prices.article.unit", "add it"),
            (8, #""redeem": {"everySeconds": 0},"#, 8, "redeem.everySeconds", "from 1"),
            (8, #""redeem": 3600,"#, 8, "redeem", "braces"),
            (8, #""redeem": {"atAmount": 5},"#, 8, "redeem.atAmount", "in quotes"),
            (8, #""redeem": {"atChannels": 65537},"#, 8, "redeem.atChannels", "65536"),
            (8, #""redeem": {"every": 60},"#, 8, "redeem.every", "everySeconds"),
            (8, #""retention": {"purgeAfterDays": 0},"#, 8, "retention.purgeAfterDays", "from 1"),
            (8, #""log": {"level": "loud"},"#, 8, "log.level", "\"notice\""),
            (8, #""limits": {"connections": 0},"#, 8, "limits.connections", "from 1"),
            (8, #""metrics": {"allowOffLoopback": "yes"},"#, 8, "metrics.allowOffLoopback", "true"),
            (9, #""listen": "7600""#, 9, "listen", "HOST:PORT"),
            (9, #""listen": "127.0.0.1:7600","#, 10, "", "remove the comma"),
            // Danger.
            (2, #""asset": "EUR/19","#, 2, "asset", "at most 18"),
            (2, #""asset": "EUR/6", "twoPartyMaximum": "0","#, 2, "twoPartyMaximum", "remove"),
            (2, #""asset": "EUR/6", "twoPartyMaximum": "0.1","#, 2, "twoPartyMaximum", "raise"),
            (2, #""asset": "EUR/6", "twoPartyMaximum": "1.0000001","#, 2, "twoPartyMaximum", "6"),
            (4, #""url": "http://broker.example"}],"#, 4, "brokers[0].url", "https://"),
            (
                4, #""url": "https://a"}, {"root": "\#(root)", "url": "https://b"}],"#, 4,
                "brokers[1].root", "keep one"
            ),
            (5, #""redeemMarginSeconds": 60,"#, 5, "redeemMarginSeconds", "604800"),
            (5, #""redeemMarginSeconds": 3600,"#, 8, "redeem.everySeconds", "hour"),
            (8, #""redeem": {"atAmount": "0"},"#, 8, "redeem.atAmount", "worth to you"),
            (8, #""redeem": {"atAmount": "0.0000001"},"#, 8, "redeem.atAmount", "6 decimal"),
            (
                8, #""redeem": {"beforeExpirySeconds": 7199},"#, 8, "redeem.beforeExpirySeconds",
                "day"
            ),
            (8, #""redeem": {"retrySeconds": 3601},"#, 8, "redeem.retrySeconds", "at most"),
            (
                8, #""redeem": {"retryMaximumSeconds": 59},"#, 8, "redeem.retryMaximumSeconds",
                "at most"
            ),
            (7, #""price": "0", "unit": "piece"}},"#, 7, "prices.article.price", "above 0"),
            (7, #""price": "0.0000001", "unit": "a"}},"#, 7, "prices.article.price", "6 decimal"),
            (9, #""listen": "0.0.0.0:7600""#, 9, "listen", "tls.certificate"),
            (9, #""listen": "127.0.0.1:99999""#, 9, "listen", "7600"),
            (9, #""tls": {"key": "k.pem"}"#, 9, "tls.key", "tls.certificate"),
            (9, #""metrics": {"listen": "0.0.0.0:7601"}"#, 9, "metrics.listen", "127.0.0.1"),
            (9, #""metrics": {"listen": "127.0.0.1:7600"}"#, 9, "metrics.listen", "another port"),
            (
                9, #""limits": {"connections": 10, "connectionsPerAddress": 11}"#, 9,
                "limits.connectionsPerAddress", "well below"
            ),
            (8, #""store": "host=db dbname=toll","#, 8, "store", "postgres://"),
            (8, #""store": "postgres://me:pw@127.0.0.1/toll","#, 8, "store", "~/.pgpass"),
            (8, #""store": "postgres://me@db.example/toll","#, 8, "store", "verify-full"),
            (8, #""store": "postgres://me@/toll?sslmode=bogus","#, 8, "store", "one of disable"),
        ])
    func eachMistakeIsNamed(
        line: Int, text: String, at place: Int, key: String, fix: String
    ) throws {
        let faults = Self.configuration([line: text]).faults
        let fault = try #require(
            faults.first { $0.key == key && $0.fix.contains(fix) }, "\(faults.map(\.text))")
        #expect(fault.severity == .error)
        #expect(fault.origin == .file("merchant.json", line: place))
        #expect(fault.text.hasPrefix("merchant.json:\(place): \(key)"))
    }

    @Test(
        "What is risky and allowed is a warning",
        arguments: [
            (2, #""asset": "EUR/6", "allowInsecureTransport": true,"#, "allowInsecureTransport"),
            (5, #""redeemMarginSeconds": 5000,"#, "redeem.everySeconds"),
            (5, #""redeemMarginSeconds": 80000,"#, "redeemMarginSeconds"),
            (8, "", "redeem.everySeconds"),
            (8, #""redeem": {"lookSeconds": 5},"#, "redeem.everySeconds"),
            (8, #""retention": {"purgeAfterDays": 29},"#, "retention.purgeAfterDays"),
            (8, #""log": {"level": "debug"},"#, "log.level"),
            (8, #""log": {"level": "critical"},"#, "log.level"),
            (8, #""metrics": {"allowOffLoopback": true},"#, "metrics.allowOffLoopback"),
        ])
    func whatIsRiskyIsAWarning(line: Int, text: String, key: String) {
        var changes = [line: text]
        if key == "allowInsecureTransport" { changes[9] = #""listen": "0.0.0.0:7600""# }
        let configuration = Self.configuration(changes)
        #expect(!configuration.hasErrors, "\(configuration.faults)")
        #expect(configuration.faults.contains { $0.key == key && $0.severity == .warning })
    }

    @Test func aBrokerThatWasAwayIsAskedBeforeItIsTooLate() throws {
        let faults = Self.configuration([
            5: #""redeemMarginSeconds": 100000,"#,
            8: #""redeem": {"everySeconds": 60, "retryMaximumSeconds": 50001},"#,
        ]).faults
        let fault = try #require(faults.first { $0.severity == .error })
        #expect(fault.key == "redeem.retryMaximumSeconds" && fault.fix.contains("3600"))
    }

    @Test(
        "Each of these makes the service redeem by itself",
        arguments: [
            #""everySeconds": 3600"#, #""atAmount": "5""#, #""atChannels": 9"#,
            #""beforeExpirySeconds": 86400"#,
        ])
    func anyTriggerRedeems(trigger: String) {
        let configuration = Self.configuration([8: #""redeem": {\#(trigger)},"#])
        #expect(configuration.faults.isEmpty, "\(configuration.faults.map(\.text))")
    }

    @Test func allMistakesAreShownAtOnce() {
        let faults = Self.configuration([
            2: #""asset": "EURO","#, 5: #""redeemMarginSeconds": true,"#,
            7: #""price": "0", "unit": "piece", "uint": 1}},"#, 9: #""listen": "0.0.0.0:7600""#,
        ]).faults
        #expect(Set(faults.map(\.origin.line)) == [2, 5, 7, 9], "\(faults.map(\.text))")
    }

    @Test func aPasswordInAnAddressIsNotRepeated() {
        let faults = Self.configuration([4: #""url": "https://me:hunter2@broker.example"}],"#])
            .faults
        #expect(!faults.isEmpty)
        #expect(!faults.contains { "\($0.text) \($0.fix) \($0.json.text)".contains("hunter2") })
    }

    @Test func aFlagWinsOverAVariableAndThatOverTheFile() {
        var sources = ConfigurationSources(
            flags: ["listen": "127.0.0.1:1"],
            environment: [
                "TOLL_MERCHANT_LISTEN": "127.0.0.1:2", "TOLL_MERCHANT_REDEEM_EVERY": "60",
                "TOLL_TRUST": "",
            ],
            shared: { ["trust": "a.pem", "log.level": "info", "merchant.listen": "x"][$0] })
        var values = Self.configuration(sources: sources).values
        #expect(values.entry("listen")?.origin == .flag("--listen"))
        #expect(values.text("listen") == "127.0.0.1:1")
        let every = values.entry("redeem.everySeconds")
        #expect(every?.origin == .variable("TOLL_MERCHANT_REDEEM_EVERY"))
        #expect(values.whole("redeem.everySeconds") == 60)
        #expect(values.entry("trust")?.origin == .shared("trust"))
        sources.flags = [:]
        values = Self.configuration(sources: sources).values
        #expect(values.text("listen") == "127.0.0.1:2")
        sources.environment = [:]
        values = Self.configuration(sources: sources).values
        #expect(values.entry("listen")?.origin == .file("merchant.json", line: 9))
        #expect(values.entry("limits.connections")?.origin == .standard)
    }

    @Test func aMistakeInAVariableNamesTheVariable() throws {
        let sources = ConfigurationSources(
            environment: ["TOLL_MERCHANT_REDEEM_EVERY": "hourly", "TOLL_MERCHANT_LISTEN": "[::]:1"])
        let faults = Self.configuration(sources: sources).faults
        let texts = faults.map(\.text)
        #expect(texts.contains { $0.hasPrefix("TOLL_MERCHANT_REDEEM_EVERY: redeem.everySeconds") })
        #expect(texts.contains { $0.hasPrefix("TOLL_MERCHANT_LISTEN: listen: plain TCP") })
    }

    @Test func aFileThatCannotBeReadIsAFault() {
        let configuration = MerchantConfiguration(file: "/none/such/merchant.json")
        #expect(configuration.hasErrors)
        #expect(configuration.faults.first?.problem.contains("there is no file") == true)
        // A folder is there and cannot be read.
        let folder = MerchantConfiguration(file: "/")
        #expect(folder.faults.first?.fix.contains("ls -l") == true)
        #expect(MerchantConfiguration(text: Array("[]".utf8)).hasErrors)
    }

    @Test(arguments: [#""everySeconds": "hourly""#, #""atChannels": 0"#])
    func aTriggerThatCannotBeReadIsNotCalledMissing(trigger: String) {
        let faults = Self.configuration([8: #""redeem": {\#(trigger)},"#]).faults
        #expect(faults.count == 1 && faults.first?.severity == .error, "\(faults.map(\.text))")
    }

    @Test(arguments: ["localhost:1", "127.9.9.9:1", "[::1]:1", "127.0.0.1:1"])
    func loopbackIsKnown(endpoint: String) {
        #expect(!Self.configuration([9: #""listen": "\#(endpoint)""#]).hasErrors)
    }

    @Test(arguments: ["127.evil.example:1", "[::]:1", "[::ffff:1.2.3.4]:1", "localhost.example:1"])
    func whatOnlyLooksLikeLoopbackIsNot(endpoint: String) {
        #expect(Self.configuration([9: #""listen": "\#(endpoint)""#]).hasErrors)
    }
}

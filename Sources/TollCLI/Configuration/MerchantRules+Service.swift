internal import Foundation

extension MerchantRules {
    // MARK: Transport

    var transport: [ConfigurationFault] {
        let (certificate, key) = (values.text("tls.certificate"), values.text("tls.key"))
        var found: [ConfigurationFault] = []
        if (certificate == nil) != (key == nil) {
            let there = certificate == nil ? "tls.key" : "tls.certificate"
            let missing = certificate == nil ? "tls.certificate" : "tls.key"
            found.append(
                error(
                    there, "TLS needs a certificate and its key, and there is no \(missing)",
                    fix: "set \(missing) too, or remove \(there)"))
        }
        if let listen = values.text("listen") {
            found += address("listen", listen)
            let isPlain = certificate == nil && key == nil
            if isPlain, !LoopbackHost.isNamed(inEndpoint: listen) {
                found.append(plain(listen))
            }
        }
        return found
    }

    private func plain(_ listen: String) -> ConfigurationFault {
        values.isOn("allowInsecureTransport")
            ? warning(
                "allowInsecureTransport",
                "payments at \(listen) go without TLS: whoever is between sees who pays whom",
                fix: "set tls.certificate and tls.key, unless a proxy in front ends TLS")
            : error(
                "listen", "plain TCP off loopback: whoever is between sees who pays whom",
                fix: "set tls.certificate and tls.key, or listen on 127.0.0.1; behind a proxy that "
                    + "ends TLS, set allowInsecureTransport")
    }

    private func address(_ key: String, _ text: String) -> [ConfigurationFault] {
        guard let port = LoopbackHost.port(text) else {
            return [
                error(key, "‘\(text)’ has no port up to 65535", fix: "such as 127.0.0.1:7600")
            ]
        }
        // What a person typed for one start may be any port; what is kept should be one.
        guard port == 0, case .file = values.origin(key) else { return [] }
        return [
            warning(
                key, "port 0 is another one at each start: those who know the address lose it",
                fix: "choose a port, such as 7600")
        ]
    }

    // MARK: The operator's address

    var metrics: [ConfigurationFault] {
        guard let listen = values.text("metrics.listen") else {
            guard values.isOn("metrics.allowOffLoopback") else { return [] }
            return [
                warning(
                    "metrics.allowOffLoopback", "it says nothing without metrics.listen",
                    fix: "set metrics.listen, or remove it")
            ]
        }
        var found = address("metrics.listen", listen)
        if listen == values.text("listen"), LoopbackHost.port(listen) != 0 {
            found.append(
                error(
                    "metrics.listen", "payments are taken at the same address",
                    fix: "choose another port, such as 127.0.0.1:7601"))
        }
        if !LoopbackHost.isNamed(inEndpoint: listen), !values.isOn("metrics.allowOffLoopback") {
            found.append(
                error(
                    "metrics.listen",
                    "others could read turnover and state there, without a password",
                    fix:
                        "listen on 127.0.0.1, or set metrics.allowOffLoopback on a network of yours"
                ))
        }
        return found
    }

    // MARK: Limits and the log

    var limits: [ConfigurationFault] {
        guard let all = values.whole("limits.connections"),
            let each = values.whole("limits.connectionsPerAddress"), each > all
        else { return [] }
        // Where only the sum was set, the default of the other is no mistake of anybody's.
        guard values.origin("limits.connectionsPerAddress") != .standard else { return [] }
        return [
            error(
                "limits.connectionsPerAddress",
                "one address may have \(each) connections of \(all): one stranger shuts all others out",
                fix: "set it well below limits.connections")
        ]
    }

    var log: [ConfigurationFault] {
        switch values.text("log.level") {
        case "error", "critical":
            [
                warning(
                    "log.level", "a redemption that waits is a warning, and nobody would see it",
                    fix: "set notice or warning")
            ]
        case "trace", "debug":
            [
                warning(
                    "log.level", "each connection writes lines: a stranger can fill the disk",
                    fix: "set notice, and this for a while only")
            ]
        default: []
        }
    }
}

/// Which addresses are this machine itself. A name is never looked up: whoever answers could say
/// what suits him.
enum LoopbackHost {
    /// Whether the host of `HOST:PORT` is loopback.
    static func isNamed(inEndpoint text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        return contains(String(text[..<colon]))
    }

    /// Whether the host of a URL is loopback.
    static func isNamed(inURL text: String) -> Bool {
        URLComponents(string: text)?.host.map(contains) ?? false
    }

    /// The port of `HOST:PORT`.
    static func port(_ text: String) -> UInt16? {
        text.lastIndex(of: ":").flatMap { UInt16(text[text.index(after: $0)...]) }
    }

    private static func contains(_ host: String) -> Bool {
        let host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        if host == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return host.hasPrefix("127.") }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { $0.last == 1 && $0.dropLast().allSatisfy { $0 == 0 } }
    }
}

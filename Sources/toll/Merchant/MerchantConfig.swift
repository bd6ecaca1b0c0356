import ArgumentParser
import PayWord
import TollCLI

/// `toll merchant config`: what is configured, from where, and what is wrong with it.
struct MerchantConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check and show the merchant's configuration.",
        discussion: """
            The file is merchant.json in the merchant's folder. For each key, a flag of toll merchant \
            serve wins over an environment variable, that over the file, that over config.json, that \
            over the default.

            EXAMPLES
              toll merchant config check
              toll merchant config show
              toll merchant config schema > merchant.schema.json
            """,
        subcommands: [
            MerchantConfigCheck.self, MerchantConfigShow.self, MerchantConfigSchema.self,
        ])
}

/// `toll merchant config check`: every mistake, with its line and the way out.
struct MerchantConfigCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Name every mistake, with its line and what to do.",
        discussion: """
            Errors are what toll merchant serve does not start with; warnings are what you should \
            know. It ends with 8 if there is an error, else with 0. Nothing is opened or asked but \
            the file: toll doctor looks at the rest.

            EXAMPLES
              toll merchant config check
              toll merchant config check --file new.json && mv new.json merchant/merchant.json
              toll merchant config check --json | jq -r '.faults[].key'
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        help: "Check this file in place of merchant.json.",
        completion: .file(extensions: ["json"]))
    var file: String?

    func run() async throws {
        let context = try await common.context()
        let configuration = try context.merchantConfiguration(file: file)
        let faults = configuration.faults
        let json: JSONText = [
            "errors": .integer(Int64(faults.count { $0.severity == .error })),
            "warnings": .integer(Int64(faults.count { $0.severity == .warning })),
            "faults": .array(faults.map(\.json)),
        ]
        context.output.show(json, Self.lines(faults, context.output.data.style))
        guard configuration.hasErrors else { return }
        throw CommandError.checkFailed(
            "toll merchant serve does not start with this configuration",
            hint: "mend what is named, then check again")
    }

    /// A line for each mistake, and one for what to do about it.
    static func lines(_ faults: [ConfigurationFault], _ style: TextStyle) -> [String] {
        guard !faults.isEmpty else { return [style.green("all is well")] }
        return faults.flatMap { fault in
            let word =
                fault.severity == .error ? style.red("error:") : style.yellow("warning:")
            return [
                "\(word) " + PrintableText.escape(fault.text),
                "  " + style.bold("fix:") + " " + PrintableText.escape(fault.fix),
            ]
        }
    }
}

/// `toll merchant config show`: what is in effect, and where it came from.
struct MerchantConfigShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is in effect, and where each value came from.",
        discussion: """
            Values of this shell's environment are shown as a service started from it would have \
            them. There is no secret among them. Where a value cannot be read, nothing is in effect, \
            and it says so instead.

            EXAMPLES
              toll merchant config show
              toll merchant config show --json | jq -r '.[] | select(.key == "listen").value'
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = try await common.context()
        let configuration = try context.merchantConfiguration()
        try context.refuse(configuration.formFaults)
        var table = Table(["Key", "Value", "From"])
        for entry in configuration.values.entries {
            // The one value in which somebody may have written a secret, against the rules.
            let isSecret = DatabaseAddress(entry.value.text)?.hasPassword ?? false
            let value = isSecret ? ConfigurationScalar.text("(holds a password)") : entry.value
            table.add([
                .text(entry.key), .shown(value.text, value.json),
                .text("\(entry.origin)"),
            ])
        }
        context.output.show(table)
        for fault in configuration.faults {
            context.output.warn("\(fault.text); \(fault.fix)")
        }
    }
}

/// `toll merchant config schema`: the file's JSON Schema.
struct MerchantConfigSchema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of merchant.json.",
        discussion: """
            Draft 2020-12, written from the same definition that reads the file. An editor completes \
            and checks the file with it.

            EXAMPLES
              toll merchant config schema > merchant.schema.json
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = try await common.context()
        context.output.data.writeLine(MerchantKeys.schema.prettyText)
    }
}

extension CommandContext {
    /// The merchant's configuration under this environment and these flags, whatever its mistakes.
    func merchantConfiguration(
        flags: [String: String] = [:], file: String? = nil
    ) throws(CommandError) -> MerchantConfiguration {
        guard file != nil || places.has(.merchant, MerchantSettings.fileName) else {
            // A key without it is of an init that did not finish, or the file was lost.
            guard !places.has(.merchant, MerchantHome.keyFile) else {
                let path = places.file(.merchant, MerchantSettings.fileName)
                throw CommandError(
                    code: "not-found",
                    detail: "there is no file ‘\(path)’ beside the merchant's key",
                    hint: "bring back a copy of it; without one, toll merchant init makes another "
                        + "for the same key", exitCode: .unknown)
            }
            throw CommandError(
                code: "not-found",
                detail: "there is no merchant in ‘\(places.folder(.merchant))’",
                hint: "make one: toll merchant init --broker URL, or --two-party",
                exitCode: .unknown)
        }
        return MerchantConfiguration(
            file: file ?? places.file(.merchant, MerchantSettings.fileName),
            sources: ConfigurationSources(
                flags: flags, environment: environment,
                shared: { [settings] key in
                    key == "allowInsecureTransport"
                        ? (settings.isOn(key) ? "true" : nil) : settings.string(key)
                }))
    }

    /// Stops with the first of some mistakes; if there are more, all are told.
    func refuse(_ faults: [ConfigurationFault]) throws(CommandError) {
        guard let first = faults.first else { return }
        // As every other command that would send or serve without TLS ends.
        let isInsecure = first.key == "listen" && first.problem.hasPrefix("plain TCP")
        if faults.count > 1 {
            for fault in faults { output.warn("\(fault.text); \(fault.fix)") }
        }
        let more = faults.count > 1 ? ", and \(faults.count - 1) more" : ""
        throw CommandError(
            code: (isInsecure ? Reason.insecureTransport : .malformed).code,
            detail: first.text + more, hint: first.fix,
            exitCode: isInsecure ? .needsConfirmation : .failure)
    }
}

extension MerchantRules {
    // MARK: The store

    var store: [ConfigurationFault] {
        guard let text = values.text("store"), let address = DatabaseAddress(text) else {
            return []
        }
        var found: [ConfigurationFault] = []
        if address.hasPassword {
            found.append(
                error(
                    "store", "a password stands in it, which whoever shows this file would tell",
                    fix: "take it out, and write it into ~/.pgpass or give it in PGPASSWORD"))
        }
        if let mode = address.unknownMode {
            found.append(
                error(
                    "store", "there is no sslmode ‘\(mode.prefix(40))’",
                    fix: DatabaseAddress.wantedMode))
        }
        if address.isExposed {
            found.append(
                values.isOn("allowInsecureTransport")
                    ? warning(
                        "store", "nobody checks that it is your database that answers",
                        fix: "add ?sslmode=verify-full, unless the network is yours alone")
                    : error(
                        "store",
                        "another machine, and nobody checks that it is your database that answers",
                        fix: "add ?sslmode=verify-full; on a network of yours alone, set "
                            + "allowInsecureTransport"))
        }
        return found
    }
}

extension TextRule {
    /// A decimal amount; the asset decides how many places it may have.
    static let amount = TextRule(
        "^[0-9]{1,20}(\\.[0-9]{1,18})?$",
        "an amount is a decimal in quotes, such as \"0.25\"")

    /// An asset with its scale.
    static let asset = TextRule(
        "^[!-.0-~]{3,12}/[0-9]{1,2}$",
        "an asset is \"CODE/SCALE\", such as \"EUR/6\" for millionths of a euro")

    /// Where to listen.
    static let endpoint = TextRule(
        "^([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]):[0-9]{1,5}$",
        "\"HOST:PORT\", such as \"127.0.0.1:7600\" or \"[::1]:7600\"")

    /// A file.
    static let path = TextRule("^[^\\u0000-\\u001f]{1,4096}$", "the path of a file, in quotes")

    /// A public key.
    static let key = TextRule(
        "^[A-Za-z0-9_-]{43}$",
        "43 characters of base64url: copy the key from the broker, which prints it when it serves")

    /// A broker's address, which has no room for a password.
    static let url = TextRule(
        "^https?://[A-Za-z0-9.:_~\\[\\]-]{1,260}(/[A-Za-z0-9._~/%-]*)?$",
        "the address of the broker's API, such as \"https://broker.example\", without user, "
            + "password, query or fragment", isShown: false)

    /// A PostgreSQL database.
    static let database = TextRule(
        "^postgres(ql)?://[^\\u0000-\\u0020]{0,2048}$",
        "a PostgreSQL database, such as \"postgres://toll@db.example/toll?sslmode=verify-full\"",
        isShown: false)

    /// A name that a person reads.
    static let name = TextRule("^[^\\u0000-\\u001f]{1,64}$", "1 to 64 characters, on one line")

    /// What a resource is called.
    static let resource = TextRule(
        "^[^\\u0000-\\u001f]{1,256}$", "a resource's name has 1 to 256 characters")

    /// What is counted.
    static let unit = TextRule(
        "^[^\\u0000-\\u001f]{1,64}$", "what one price is for, such as \"request\"")
}

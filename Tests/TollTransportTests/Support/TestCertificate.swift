import TollTransport

/// Self-signed certificates for `localhost` and 127.0.0.1, valid from 2020 to 2120, made with
/// `openssl ca -selfsign`. Their keys are public: they protect nothing but these tests.
struct TestCertificate: Sendable {
    let certificatePEM: [UInt8]
    let privateKeyPEM: [UInt8]

    init(_ certificate: String, _ key: String) {
        certificatePEM = Array(certificate.utf8)
        privateKeyPEM = Array(key.utf8)
    }

    var identity: ServerIdentity {
        get throws {
            try ServerIdentity(certificateChainPEM: certificatePEM, privateKeyPEM: privateKeyPEM)
        }
    }

    static let shop = TestCertificate(
        """
        -----BEGIN CERTIFICATE-----
        MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
        c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
        CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMUNbzNFj6ElTRZ+
        joRhHuInktixdgmT3WR4w9wPInySgqe5uvCKW1F57quJvdXnn0CgRGQEDwVxO0au
        GY3BdASjTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
        BTADAQH/MB0GA1UdDgQWBBSXyZxzd/oUjT8NYnO2VErThmO3ZDAKBggqhkjOPQQD
        AgNIADBFAiAduo+fXWXHigqvQukgVePdtTr9hZIccXJRkVOWZh0KeAIhAPzZbogb
        VHdcPOI8G+nB3j8ODZbBcxuuyBzaRnRI6TRi
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+1nbWi4aM1wYev3g
        zNKRFBkREt+Aigb8as89a2XfpJuhRANCAATFDW8zRY+hJU0Wfo6EYR7iJ5LYsXYJ
        k91keMPcDyJ8koKnubrwiltRee6rib3V559AoERkBA8FcTtGrhmNwXQE
        -----END PRIVATE KEY-----
        """)

    static let other = TestCertificate(
        """
        -----BEGIN CERTIFICATE-----
        MIIBZzCCAQ2gAwIBAgIBAjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
        c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
        CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPSyD+w0t3hzGzV6
        bBrsJQYVWTeeDV7aBwhTGdEnBu1SUOYWXC937061U81AVF4D7yHwKoyRbifUH+aJ
        65RtWxWjTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
        BTADAQH/MB0GA1UdDgQWBBQ7KoT4U/vDH0u5KljR0rK3SMHseTAKBggqhkjOPQQD
        AgNIADBFAiBwQmSKnYE+EYdUqmrRhwK67AbNiIW+12Q0Oh/oAfdaKgIhAONwZOWm
        yCE59FiR6m4oNhzP4rICCXSKGbOC/7+IIxBn
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnoIWurCBjr+mtz3o
        PpgROTeHMtbBgdP74xq47gXY8QuhRANCAAT0sg/sNLd4cxs1emwa7CUGFVk3ng1e
        2gcIUxnRJwbtUlDmFlwvd+9OtVPNQFReA+8h8CqMkW4n1B/mieuUbVsV
        -----END PRIVATE KEY-----
        """)
}

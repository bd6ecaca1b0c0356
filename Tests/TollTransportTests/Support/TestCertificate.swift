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

    /// Of another host, `elsewhere.example` alone, and valid from 2026.
    static let elsewhere = TestCertificate(
        """
        -----BEGIN CERTIFICATE-----
        MIIBrTCCAVOgAwIBAgIUfVnYJncjNkOj5dR5I7tdS1j335wwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRZWxzZXdoZXJlLmV4YW1wbGUwIBcNMjYxMTIxMTQxODU2WhgP
        MjEyNjEwMjgxNDE4NTZaMBwxGjAYBgNVBAMMEWVsc2V3aGVyZS5leGFtcGxlMFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/qu4w1Ri4MdeqMG8HXt/6M16pZlj1VYG
        6pBijuwsdVaHEzdaukzGTszPpl3EVVCfdU3ow4lPFhr/rtBKBwN2i6NxMG8wHQYD
        VR0OBBYEFGynnOcWL1lISbbxAf+rR/Z+8eUJMB8GA1UdIwQYMBaAFGynnOcWL1lI
        SbbxAf+rR/Z+8eUJMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRZWxzZXdo
        ZXJlLmV4YW1wbGUwCgYIKoZIzj0EAwIDSAAwRQIgTTY3S3tQkIPAr1FqHI3EoTU1
        qXsS2AteahQ3XCfZYJQCIQD9UlxmpXJkgGQgyT1tglQrpAwsKD1PgaFvodKevkdL
        jA==
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgunF0WRxGc396npcO
        1c6r1y0HvPeGOTWzxBb39QK711yhRANCAAT+q7jDVGLgx16owbwde3/ozXqlmWPV
        VgbqkGKO7Cx1VocTN1q6TMZOzM+mXcRVUJ91TejDiU8WGv+u0EoHA3aL
        -----END PRIVATE KEY-----
        """)
}

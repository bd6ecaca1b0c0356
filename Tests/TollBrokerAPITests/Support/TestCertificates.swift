/// Certificates of `localhost` and 127.0.0.1, valid from 2020 to 2119, each its own authority. The
/// private key is published here, so it must never guard anything.
enum TestCertificates {
    static let server = Array(
        """
        -----BEGIN CERTIFICATE-----
        MIIBfzCCASWgAwIBAgIBATAKBggqhkjOPQQDAjAgMR4wHAYDVQQDDBV0b2xsY2hh
        aW4gdGVzdCBzZXJ2ZXIwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MCAxHjAcBgNVBAMMFXRvbGxjaGFpbiB0ZXN0IHNlcnZlcjBZMBMGByqGSM49AgEG
        CCqGSM49AwEHA0IABG7pVv80HfPdvjqpc0gJ75SOKghTkgWL+SEjkp7+uYNCLX5U
        KlBXwDo3TNoB4tx+F2BBclevMvEuY++hWFUO/5ejTjBMMA8GA1UdEwEB/wQFMAMB
        Af8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMB0GA1UdDgQWBBTRF4ISWYIE
        tUXQhIjJCkmXiA7dFzAKBggqhkjOPQQDAgNIADBFAiEA7zm0F8iCkkNMfznLiDWz
        M6qLGgWuSfFjKMV+SAPd6Q0CICqpZTAuceiVuHs2bFhUh6WVqTkUQ2l6sSunjDV+
        euOF
        -----END CERTIFICATE-----
        """.utf8)

    static let serverKey = Array(
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglwvWaItOSUoaI5JD
        n0EIDMABz2EdpA+j+uvesFAa0TihRANCAARu6Vb/NB3z3b46qXNICe+UjioIU5IF
        i/khI5Ke/rmDQi1+VCpQV8A6N0zaAeLcfhdgQXJXrzLxLmPvoVhVDv+X
        -----END PRIVATE KEY-----
        """.utf8)

    /// An authority that did not sign the server's certificate.
    static let other = Array(
        """
        -----BEGIN CERTIFICATE-----
        MIIBfTCCASOgAwIBAgIBAjAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBR0b2xsY2hh
        aW4gdGVzdCBvdGhlcjAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
        HzEdMBsGA1UEAwwUdG9sbGNoYWluIHRlc3Qgb3RoZXIwWTATBgcqhkjOPQIBBggq
        hkjOPQMBBwNCAAQNNMppQEAPke5vy4Zx2RM5Qs1PvkrjKKAthV8hPIV4R7x7hBxl
        AliXd4ujbTA1xDaCkMaPvbgopI+iNt1vy34mo04wTDAPBgNVHRMBAf8EBTADAQH/
        MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQU5mM1CR8GrNFX
        3z3eqyOPBgMf1SowCgYIKoZIzj0EAwIDSAAwRQIgbhO7HKeCTaG6sMwTi30evguh
        nG9xT4vim/oeKpExpwACIQD0X1pmAZ9z/E7aXUgnNeik5pnaOGhpm7I4XtkQnq/q
        rA==
        -----END CERTIFICATE-----
        """.utf8)
}

import Testing
import TollCLI

struct DatabaseAddressTests {
    @Test(arguments: [
        ("postgres://toll@db.example/toll", false, true),
        ("postgres://toll@db.example/toll?sslmode=require", false, true),
        ("postgres://toll@db.example/toll?sslmode=verify-full", false, false),
        ("postgresql://toll:secret@localhost/toll", true, false),
        ("postgres://toll@127.0.0.1:5432/toll?password=secret", true, false),
        ("postgres://toll@127.0.0.1,db.example:5433/toll", false, true),
        ("postgres://toll@[::1]:5432/toll", false, false),
        ("postgres:///toll", false, false),
        ("postgres://toll@/toll?host=%2Fvar%2Frun%2Fpostgresql", false, false),
        ("postgres://toll@/toll?host=db.example", false, true),
        ("postgres://", false, false),
    ])
    func whatIsDangerousIsSeen(text: String, hasPassword: Bool, isExposed: Bool) throws {
        let address = try #require(DatabaseAddress(text))
        #expect(address.hasPassword == hasPassword)
        #expect(address.isExposed == isExposed)
        #expect(!address.place.contains("secret"))
        #expect(!address.place.contains("toll@"))
    }

    @Test(
        arguments: [
            ("postgres://a/b", nil), ("postgres://a/b?sslmode=verify-ca", nil),
            ("postgres://a/b?sslmode=bogus", "bogus"), ("postgres://a/b?sslmode=", ""),
        ] as [(String, String?)])
    func aModeThatThereIsNotIsSeen(text: String, mode: String?) throws {
        #expect(try #require(DatabaseAddress(text)).unknownMode == mode)
    }

    @Test(arguments: ["", "mysql://a/b", "host=db dbname=toll", "/var/db.sqlite", "://"])
    func otherTextsAreNone(text: String) { #expect(DatabaseAddress(text) == nil) }
}

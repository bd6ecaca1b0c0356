import PayWord
import Testing
import TollTransport

private let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

@Test(arguments: [
    ("toll://\(key)@shop.example:8421", "shop.example", 8421, true),
    ("toll+tcp://\(key)@127.0.0.1:1", "127.0.0.1", 1, false),
    ("toll://\(key)@[::1]:65535", "::1", 65535, true),
])
func aMerchantsAddressReadsBack(
    text: String, host: String, port: Int, isTLS: Bool
) throws {
    let address = try MerchantAddress(text)
    #expect(address.merchant.bytes == Array(0..<32))
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.isTLS == isTLS)
    #expect("\(address)" == text)
}

@Test(arguments: [
    "", "toll://", "http://\(key)@shop.example:80", "toll://shop.example:80",
    "toll://\(key.dropLast())@shop.example:80", "toll://\(key)=@shop.example:80",
    "toll://\(key)@shop.example", "toll://\(key)@shop.example:", "toll://\(key)@:80",
    "toll://\(key)@shop.example:0", "toll://\(key)@shop.example:65536",
    "toll://\(key)@shop.example:+80", "toll://\(key)@shop.example:-80",
    "toll://\(key)@shop.example:8 0", "toll://\(key)@shop.example:٨٠",
    "toll://\(key)@shop example:80", "toll://\(key)@shop/example:80",
    "toll://\(key)@a@b:80", "toll://\(key)@::1:80", "toll://\(key)@[shop.example]:80",
    "toll://\(key)@[::1:80", "TOLL://\(key)@shop.example:80",
])
func aMerchantsAddressIsReadExactlyOrNotAtAll(text: String) {
    #expect(throws: Refusal(.malformed)) { try MerchantAddress(text) }
}

@Test func aMerchantsAddressHasAtMost256Bytes() throws {
    let rest = "toll://\(key)@:80".utf8.count
    let host = String(repeating: "a", count: 256 - rest)
    #expect(try MerchantAddress("toll://\(key)@\(host):80").host == host)
    #expect(throws: Refusal(.tooLarge)) { try MerchantAddress("toll://\(key)@\(host)a:80") }
}

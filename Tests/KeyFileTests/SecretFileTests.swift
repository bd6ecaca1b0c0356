import Foundation
import KeyFile
import PayWord
import Testing

/// A folder that goes when the test is done.
private final class Folder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("tollchain-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { path + "/" + name }

    func allow(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
    }
}

@Suite("Secret files")
struct SecretFileTests {
    @Test func readsBackWhatItWroteForItsOwnerAlone() throws {
        let folder = try Folder()
        let path = folder.file("wallet.key")
        let secret = SecretBytes((0..<32).map { UInt8($0) })
        try SecretFile.create(path, secret)
        #expect(try SecretFile.read(path).isEqual(to: secret))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func neverWritesOverAFile() throws {
        let folder = try Folder()
        let path = folder.file("wallet.key")
        let secret = SecretBytes([UInt8](repeating: 1, count: 32))
        try SecretFile.create(path, secret)
        #expect(throws: Refusal(.storageFailed)) {
            try SecretFile.create(path, SecretBytes([UInt8](repeating: 2, count: 32)))
        }
        #expect(try SecretFile.read(path).isEqual(to: secret))
        // Not through a link either.
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: folder.file("elsewhere"))
        #expect(throws: Refusal(.storageFailed)) {
            try SecretFile.create(folder.file("link"), secret)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("elsewhere")))
    }

    @Test func refusesOtherLengths() throws {
        let folder = try Folder()
        #expect(throws: Refusal(.malformed)) {
            try SecretFile.create(folder.file("a"), SecretBytes([UInt8](repeating: 1, count: 31)))
        }
        for count in [0, 31, 33] {
            let path = folder.file("key\(count)")
            try Data([UInt8](repeating: 7, count: count)).write(to: URL(fileURLWithPath: path))
            try folder.allow(0o600, "key\(count)")
            #expect(throws: Refusal(.malformed)) { _ = try SecretFile.read(path) }
        }
        #expect(throws: Refusal(.storageFailed)) { _ = try SecretFile.read(folder.path) }
        #expect(throws: Refusal(.storageFailed)) {
            _ = try SecretFile.read(folder.file("none"))
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o602, 0o644, 0o610, 0o601])
    func threat39AKeyFileThatOthersMayUseIsRefused(mode: Int) throws {
        let folder = try Folder()
        let path = folder.file("it's a key")
        try SecretFile.create(path, SecretBytes([UInt8](repeating: 1, count: 32)))
        try folder.allow(mode, "it's a key")
        do throws(Refusal) {
            _ = try SecretFile.read(path)
            Issue.record("a key file of mode \(mode) was read")
        } catch {
            #expect(error.reason == .storageFailed)
            let command = "chmod 600 '\(folder.path)/it'\\''s a key'"
            #expect(error.detail.contains(command))
        }
        try folder.allow(0o400, "it's a key")
        _ = try SecretFile.read(path)
    }

    @Test func threat42SecretsAreComparedWholeAndNeverPrinted() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let secret = SecretBytes(bytes)
        for position in bytes.indices {
            var other = bytes
            other[position] ^= 1
            #expect(!secret.isEqual(to: SecretBytes(other)))
            let left = try #require(Payword(bytes))
            let right = try #require(Payword(other))
            #expect(!ConstantTime.areEqual(left, right))
            #expect(ConstantTime.areEqual(left, left))
        }
        #expect(!secret.isEqual(to: SecretBytes(bytes.dropLast())))
        let wallet = try WalletSecret(secret)
        let key = try SigningKey(seed: secret)
        for text in ["\(wallet)", "\(secret)", String(reflecting: wallet), "\(key)"] {
            #expect(text.contains("secret"))
            #expect(!text.contains(Hex.encode(bytes.prefix(4))))
        }
    }
}

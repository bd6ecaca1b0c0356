import Foundation
import Testing
import TollCLI

/// What is told of files and databases that cannot be used: the cause, and not the disk where it is
/// another.
struct StorageHintTests {
    private let folder: TestFolder
    private var home: [String] { ["--home", folder.path] }
    private var merchant: String { "\(folder.path)/merchant" }

    init() throws { folder = try TestFolder() }

    private func makeShop() async throws {
        _ = try await Program.toll.run(
            ["merchant", "init", "--two-party", "5", "--price", "tip=0.01"] + home)
    }

    private func fail(_ arguments: [String], _ status: Int32) async throws -> (
        detail: String, hint: String
    ) {
        let errors = try await Program.toll.run(arguments + home, expecting: status).errors
        let lines = errors.split(separator: "\n").map(String.init)
        #expect(!errors.contains("check the disk"), "\(errors)")
        return (
            try #require(lines.first { $0.hasPrefix("error: ") }, "\(errors)"),
            try #require(lines.first { $0.hasPrefix("hint: ") }, "\(errors)")
        )
    }

    @Test func aBackupNamesWhatIsInItsWay() async throws {
        try await makeShop()
        let taken = try await fail(["merchant", "backup", "\(merchant)/merchant.json"], 3)
        #expect(taken.detail.contains("exists: ") && taken.hint.contains("not there yet"))
        let missing = try await fail(["merchant", "backup", "\(folder.path)/none/x"], 4)
        #expect(missing.detail.contains("there is no folder ‘\(folder.path)/none’"))
        #expect(missing.hint.contains("mkdir -p"))
        let refused = try await fail(["merchant", "backup", "/proc/x"], 1)
        #expect(refused.hint.contains("may this user write there"), "\(refused)")
    }

    @Test(arguments: ["/proc/x", "/proc"])
    func evidenceThatCannotBeLeftIsToldBeforeAnythingIsSent(place: String) async throws {
        try await makeShop()
        let told = try await fail(["merchant", "redeem", "--evidence", place], 1)
        #expect(told.detail.contains("storage-failed: no file can be written in the folder"))
        #expect(told.hint.contains("where this user may write"))
    }

    @Test func aDatabaseThatDoesNotAnswerIsNoDisk() async throws {
        let told = try await fail(
            ["merchant", "init", "--two-party", "5", "--store", "postgres://a@127.0.0.1:1/toll"], 1)
        #expect(told.detail.contains("Connection refused"), "\(told)")
        #expect(!told.detail.contains { $0 == "\t" || $0 == "\\" }, "\(told)")
        #expect(told.hint.contains("does the server run there"), "\(told)")
        let mode = try await fail(
            ["merchant", "init", "--two-party", "5", "--store", "postgres://a@/t?sslmode=bogus"], 2)
        #expect(mode.detail.contains("there is no sslmode ‘bogus’"), "\(mode)")
        #expect(mode.hint.contains("verify-full"))
        #expect(!FileManager.default.fileExists(atPath: merchant))
    }

    @Test func anInitThatFailsLeavesNothing() async throws {
        let arguments = ["merchant", "init", "--broker", "http://127.0.0.1:1", "--price", "a=1"]
        _ = try await fail(arguments, 5)
        #expect(!FileManager.default.fileExists(atPath: merchant))
        // A key that was there stays, byte for byte.
        try await makeShop()
        for name in ["merchant.json", "channels.sqlite"] {
            try FileManager.default.removeItem(atPath: "\(merchant)/\(name)")
        }
        let key = try Data(contentsOf: URL(fileURLWithPath: "\(merchant)/merchant.key"))
        _ = try await fail(arguments, 5)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(merchant)/merchant.key")) == key)
    }

    /// The channels of another key are neither taken nor lost.
    @Test func anInitOverOldChannelsLeavesThemAndNoKey() async throws {
        try await makeShop()
        for name in ["merchant.json", "merchant.key"] {
            try FileManager.default.removeItem(atPath: "\(merchant)/\(name)")
        }
        let database = URL(fileURLWithPath: "\(merchant)/channels.sqlite")
        _ = try await fail(["merchant", "init", "--two-party", "5"], 3)
        let files = try FileManager.default.contentsOfDirectory(atPath: merchant)
        #expect(!files.contains("merchant.key") && files.contains("channels.sqlite"), "\(files)")
        #expect(try !Data(contentsOf: database).isEmpty)
    }
}

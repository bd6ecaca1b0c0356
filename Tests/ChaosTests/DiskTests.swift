import CPowerDisk
import Foundation
import Testing

/// The disk that forgets, one rule at a time. These are the rules by which a missing fsync is found.
struct DiskTests {
    @Test func whatWasNotFlushedIsLost() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.write("first", at: 0)
        file.flush()
        bench.flushFolder()
        file.write("SECOND", at: 0)
        #expect(try bench.afterPowerLoss("a") == "first")
        #expect(try bench.now("a") == "SECOND")
    }

    @Test func whatWasFlushedStays() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        bench.flushFolder()
        file.write(String(repeating: "x", count: 10_000), at: 0)
        file.flush()
        file.write("y", at: 5000)
        file.flush()
        let text = try #require(try bench.afterPowerLoss("a"))
        #expect(text.count == 10_000)
        #expect(text.dropFirst(5000).first == "y")
    }

    @Test func aNameIsDurableWhenItsFolderIsFlushed() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.write("text", at: 0)
        file.flush()
        #expect(try bench.afterPowerLoss("a") == nil)
        bench.flushFolder()
        #expect(try bench.afterPowerLoss("a") == "text")
    }

    @Test func aFileThatIsRemovedComesBackUntilItsFolderIsFlushed() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.write("text", at: 0)
        file.flush()
        bench.flushFolder()
        try bench.remove("a")
        #expect(try bench.afterPowerLoss("a") == "text")
        bench.flushFolder()
        #expect(try bench.afterPowerLoss("a") == nil)
    }

    @Test func aFileThatIsMadeAnewIsTheOldOneUntilItsFolderIsFlushed() throws {
        let bench = try DiskBench()
        let old = try bench.create("a")
        old.write("old", at: 0)
        old.flush()
        bench.flushFolder()
        try bench.remove("a")
        let new = try bench.create("a")
        new.write("new", at: 0)
        new.flush()
        #expect(try bench.afterPowerLoss("a") == "old")
        bench.flushFolder()
        #expect(try bench.afterPowerLoss("a") == "new")
    }

    @Test func aFileThatIsMovedIsWhereItWasUntilItsFolderIsFlushed() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.write("text", at: 0)
        file.flush()
        bench.flushFolder()
        try bench.move("a", to: "b")
        #expect(try bench.afterPowerLoss("a") == "text")
        #expect(try bench.afterPowerLoss("b") == nil)
        bench.flushFolder()
        #expect(try bench.afterPowerLoss("a") == nil)
        #expect(try bench.afterPowerLoss("b") == "text")
    }

    @Test func aFileThatShrankIsLongUntilItIsFlushed() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.write(String(repeating: "x", count: 9000), at: 0)
        file.flush()
        bench.flushFolder()
        file.shrink(from: 9000, to: 3)
        #expect(try bench.afterPowerLoss("a")?.count == 9000)
        file.write("y", at: 5000)
        file.flush()
        let text = try #require(try bench.afterPowerLoss("a"))
        #expect(text.hasPrefix("xxx\0\0") && text.count == 5001)
    }

    @Test("Linux calls a page clean after it failed to write it")
    func whatAFlushFailedToWriteIsLostUntilItIsWrittenAgain() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.flush()
        bench.flushFolder()
        file.write("first", at: 0)
        file.failToFlush()
        file.write("later", at: 8192)
        file.flush()
        let text = try #require(try bench.afterPowerLoss("a"))
        #expect(text.hasPrefix("\0\0\0\0\0") && text.hasSuffix("later"))
        file.write("first", at: 0)
        file.flush()
        #expect(try bench.afterPowerLoss("a")?.hasPrefix("first") == true)
    }

    @Test func aSeedKeepsPartOfWhatWasNotFlushed() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.flush()
        bench.flushFolder()
        file.write(String(repeating: "x", count: 64 * 4096), at: 0)
        let text = try #require(try bench.afterPowerLoss("a", seed: 7))
        let kept = text.count { $0 == "x" }
        #expect(kept > 0 && kept < 64 * 4096 && kept.isMultiple(of: 4096))
        #expect(try bench.afterPowerLoss("a", seed: 7) == text)
    }

    @Test func whatIsLeftIsDurableFromThenOn() throws {
        let bench = try DiskBench()
        let file = try bench.create("a")
        file.write("first", at: 0)
        file.flush()
        bench.flushFolder()
        file.write("SECOND", at: 0)
        bench.losePower()
        #expect(try bench.now("a") == "first")
        #expect(try bench.afterPowerLoss("a") == "first")
        let again = try bench.open("a")
        again.write("third", at: 0)
        again.flush()
        #expect(try bench.afterPowerLoss("a") == "third")
    }

    @Test func aFileThatWasThereBeforeIsTakenForDurable() throws {
        let bench = try DiskBench()
        try Data("old".utf8).write(to: URL(fileURLWithPath: bench.path("a")))
        let file = try bench.open("a")
        file.write("NEW", at: 0)
        #expect(try bench.afterPowerLoss("a") == "old")
    }
}

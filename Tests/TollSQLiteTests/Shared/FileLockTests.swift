import Foundation
import Testing

@testable import TollSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

struct FileLockTests {
    private func path() -> String {
        FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-lock-\(UUID().uuidString)").path
    }

    @Test func oneHoldsAPlaceAtATime() throws {
        let path = path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (one, other) = (try FileLock(path), try FileLock(path))
        #expect(try one.take(7))
        #expect(try !one.take(7))
        #expect(try !other.take(7))
        #expect(try other.take(8))
        one.release(7)
        #expect(try other.take(7))
    }

    #if os(Linux)
        /// A process that is being started has every descriptor until it runs its program.
        @Test func aCopyOfTheDescriptorKeepsNoLock() throws {
            let path = path()
            defer { try? FileManager.default.removeItem(atPath: path) }
            var holder: FileLock? = try FileLock(path)
            #expect(try holder?.take(0) == true)
            let folder = "/proc/self/fd"
            let number = try FileManager.default.contentsOfDirectory(atPath: folder).first {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))
                    == path
            }
            let copy = dup(try #require(number.flatMap(Int32.init)))
            defer { close(copy) }
            holder = nil
            #expect(try FileLock(path).take(0))
        }
    #endif
}

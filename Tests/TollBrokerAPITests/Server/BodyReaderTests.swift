import HTTPTypes
import Hummingbird
import NIOCore
import PayWord
import Synchronization
import Testing

@testable import TollBrokerAPI

@Suite struct BodyReaderTests {
    private func request(_ parts: [String], promised: String? = nil) -> Request {
        var headers: HTTPFields = [:]
        headers[.contentLength] = promised
        let body = RequestBody(
            asyncSequence: AsyncStream { source in
                for part in parts { source.yield(ByteBuffer(string: part)) }
                source.finish()
            })
        return Request(
            head: HTTPRequest(
                method: .post, scheme: "http", authority: "localhost", path: "/",
                headerFields: headers), body: body)
    }

    /// A reader whose clock moves on by `step` at every look at it.
    private func reader(_ step: Duration = .zero) -> BodyReader {
        var limits = ServerLimits()
        limits.bodyGraceTime = .seconds(2)
        limits.bodyBytesPerSecondMinimum = 10
        let looks = Looks()
        return BodyReader(bytesMaximum: 40, limits: limits) { step * looks.next() }
    }

    private final class Looks: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    private func reason(_ reader: BodyReader, _ request: Request) async -> Reason? {
        do {
            _ = try await reader.read(request)
            return nil
        } catch {
            return (error as? APIFault)?.refusal.reason
        }
    }

    @Test func partsBecomeOneBody() async throws {
        let body = try await reader().read(request(["ab", "", "cde"], promised: "5"))
        #expect(body == Array("abcde".utf8))
    }

    @Test func aBodyWithoutAPromiseIsBoundedAsItArrives() async throws {
        let part = String(repeating: "x", count: 20)
        #expect(try await reader().read(request([part, part])).count == 40)
        #expect(await reason(reader(), request([part, part, "x"])) == .tooLarge)
    }

    @Test func aBodyThatBreaksOffIsNotTakenForAWholeOne() async {
        #expect(await reason(reader(), request(["abc"], promised: "5")) == .malformed)
    }

    @Test func aPromiseThatIsNoNumberIsTooLarge() async {
        #expect(await reason(reader(), request([], promised: "many")) == .tooLarge)
    }

    @Test func threat30ABodyOfOneByteASecondIsCutOff() async {
        let parts = Array(repeating: "x", count: 30)
        #expect(await reason(reader(.seconds(1)), request(parts, promised: "30")) == .timedOut)
    }

    @Test func aSlowBodyThatKeepsUpIsTaken() async throws {
        let parts = Array(repeating: "0123456789", count: 4)
        #expect(try await reader(.seconds(1)).read(request(parts)).count == 40)
    }
}

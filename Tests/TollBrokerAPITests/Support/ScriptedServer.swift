import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization

/// A server that gives the answers that it is told to, in turn, the last one for ever, and records
/// what it was sent: for whatever a broken broker or a proxy might say.
final class ScriptedServer: Sendable {
    struct Answer: Sendable {
        var status: HTTPResponse.Status
        var headers: HTTPFields = [:]
        var body: [UInt8] = []
    }

    private struct State {
        var answers: [Answer]
        var bodies: [[UInt8]] = []
        var paths: [String] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Answer]) { state = Mutex(State(answers: answers)) }

    var bodies: [[UInt8]] { state.withLock { $0.bodies } }
    var paths: [String] { state.withLock { $0.paths } }

    private func next(_ path: String, _ body: [UInt8]) -> Answer? {
        state.withLock { state in
            state.paths.append(path)
            state.bodies.append(body)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first
        }
    }

    func run<Result: Sendable>(
        _ body: @escaping @Sendable (_ address: String) async throws -> Result
    ) async throws -> Result {
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let sent = try await request.body.collect(upTo: 1 << 27)
            guard let answer = self.next(request.uri.path, Array(sent.readableBytesView)) else {
                return Response(status: .internalServerError)
            }
            return Response(
                status: answer.status, headers: answer.headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
        return try await Application(responder: responder).test(.live) { client in
            try await body("http://127.0.0.1:\(client.port ?? 0)")
        }
    }
}

internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import PayWord

/// Builds the router: every route of ``BrokerRoute``, the description, and the health check.
struct BrokerRouter {
    let service: any BrokerService
    let limits: ServerLimits

    func build() -> Router<BrokerRequestContext> {
        let router = Router(
            context: BrokerRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(limits: limits))
        addDescription(to: router)
        let redemptions = RequestGate(maximum: limits.redemptionsMaximum)
        for route in BrokerRoute.allCases {
            router.post(RouterPath(route.path)) { [self] request, _ in
                try checkContentType(of: request, is: route.kind.contentType)
                guard route == .redemptions else { return try await answer(route, request) }
                return try await redemptions.withPlace { try await answer(route, request) }
            }
        }
        return router
    }

    private func addDescription(to router: Router<BrokerRequestContext>) {
        router.get(RouterPath(BrokerRoute.description)) { [service] _, _ in
            Self.respond(try await service.describe().encoded)
        }
        router.get(RouterPath(BrokerRoute.health)) { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n")))
        }
    }

    private func answer(_ route: BrokerRoute, _ request: Request) async throws -> Response {
        let reader = BodyReader(bytesMaximum: route.requestBytesMaximum, limits: limits)
        let body = try await reader.read(request)
        return Self.respond(try await service.answer(route, body))
    }

    private func checkContentType(of request: Request, is expected: String) throws {
        let stated = request.headers[.contentType] ?? ""
        let mediaType = stated.prefix { $0 != ";" }.lowercased()
        let encoding = request.headers[.contentEncoding] ?? "identity"
        guard mediaType.split(separator: " ").joined() == expected, encoding == "identity" else {
            throw APIFault.wrongContentType(expected)
        }
    }

    private static func respond(_ answer: [UInt8]?) -> Response {
        guard let answer else { return Response(status: .noContent) }
        return Response(
            status: .ok,
            headers: [.contentType: BrokerRoute.answerContentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
    }
}

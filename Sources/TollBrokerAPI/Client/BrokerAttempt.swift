internal import AsyncHTTPClient
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import PayWord

/// What became of sending a request once.
enum BrokerAttempt {
    case answered([UInt8])
    /// Refused for good.
    case refused(Refusal)
    /// Refused for now, or no answer; and how long the broker asks to wait.
    case unfinished(Refusal, wait: Duration?)
    /// Nobody listens at the address.
    case unreached(Refusal)
}

extension BrokerAttempt {
    /// The reasons with which a broker says that the same bytes may do better later.
    static let passingReasons: Set<Reason> = [.busy, .internal, .storageFailed, .rateLimited]
    /// The statuses of a proxy, or of a broker, that cannot answer now.
    static let passingStatuses: Set<UInt> = [502, 503, 504]

    /// Reads an answer, never more of it than `bytesMaximum`.
    /// - Throws: what the connection does when it breaks.
    static func reading(
        _ response: HTTPClientResponse, bytesMaximum: Int, stop: () -> Bool
    ) async throws -> BrokerAttempt {
        switch response.status.code {
        case 200:
            guard mediaType(response) == BrokerRoute.answerContentType else {
                return .refused(Refusal(.malformed, "the broker's answer is not CBOR"))
            }
            guard let bytes = try await collect(response, upTo: bytesMaximum, stop: stop) else {
                return .refused(
                    Refusal(.tooLarge, "the broker's answer has more than \(bytesMaximum) bytes"))
            }
            return .answered(bytes)
        case 204:
            return .answered([])
        case 300..<400:
            return .refused(
                Refusal(
                    .unexpectedMessage,
                    "the broker redirects to another address, which is not followed"))
        default:
            return try await readingProblem(response, stop: stop)
        }
    }

    private static func readingProblem(
        _ response: HTTPClientResponse, stop: () -> Bool
    ) async throws -> BrokerAttempt {
        let status = response.status.code
        let wait = response.headers.first(name: "retry-after").flatMap { Int64($0) }
            .map { Duration.seconds(min(max($0, 0), 3600)) }
        var refusal = Refusal(
            status == 429 ? .rateLimited : passingStatuses.contains(status) ? .busy : .internal,
            "HTTP status \(status) without a problem of the broker's API")
        var isPassing = passingStatuses.contains(status) || status == 429
        if mediaType(response) == Problem.contentType,
            let bytes = try await collect(
                response, upTo: BrokerRoute.problemBytesMaximum, stop: stop),
            let problem = try? Problem(decoding: bytes)
        {
            refusal = problem.refusal
            isPassing =
                isPassing || (problem.retryable && passingReasons.contains(refusal.reason))
        }
        return isPassing ? .unfinished(refusal, wait: wait) : .refused(refusal)
    }

    private static func mediaType(_ response: HTTPClientResponse) -> String {
        (response.headers.first(name: "content-type") ?? "").prefix { $0 != ";" }.lowercased()
            .split(separator: " ").joined()
    }

    /// The body; nil if it is larger than `maximum`.
    private static func collect(
        _ response: HTTPClientResponse, upTo maximum: Int, stop: () -> Bool
    ) async throws -> [UInt8]? {
        if let declared = response.headers.first(name: "content-length").flatMap({ Int($0) }) {
            guard declared <= maximum else { return nil }
        }
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= maximum else { return nil }
            guard !stop() else { throw HTTPClientError.deadlineExceeded }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    /// What a broken connection, or none at all, means.
    static func failing(_ error: any Error, _ address: BrokerAddress) -> BrokerAttempt {
        switch error {
        case is CancellationError:
            return .refused(Refusal(.timedOut, "the request to \(address) was called off"))
        case let error as HTTPClientError where error == .cancelled:
            return .refused(Refusal(.timedOut, "the request to \(address) was called off"))
        case let error as HTTPClientError where error == .alreadyShutdown:
            return .refused(Refusal(.internal, "the client of \(address) was shut down"))
        // An answer that ends too early was cut off: what it was going to be nobody knows.
        case let error as HTTPParserError where error != .invalidEOFState:
            return .refused(
                Refusal(
                    .malformed,
                    "what answers at \(address) does not speak HTTP, so it is no broker"))
        case NIOSSLError.handshakeFailed(let why):
            return .refused(untrusted(address, speaksTLS: !isOtherProtocol(why)))
        case is NIOSSLExtraError:
            return .refused(untrusted(address, speaksTLS: true))
        default:
            let refusal = Refusal(.timedOut, "no answer from \(address): \(cause(error))")
            return isNobody(error) ? .unreached(refusal) : .unfinished(refusal, wait: nil)
        }
    }

    private static func untrusted(_ address: BrokerAddress, speaksTLS: Bool) -> Refusal {
        Refusal(
            .insecureTransport,
            speaksTLS
                ? "no TLS 1.3 with \(address) under a certificate that is trusted here: "
                    + "name its authority" : "what answers at \(address) does not speak TLS")
    }

    /// Whether the first bytes that came were none of TLS. The library has only words for it.
    private static func isOtherProtocol(_ error: BoringSSLError) -> Bool {
        "\(error)".contains("WRONG_VERSION_NUMBER")
    }

    /// Whether the machine answers, and no program listens at the port.
    private static func isNobody(_ error: any Error) -> Bool {
        switch error {
        case let error as IOError: error.errnoCode == ECONNREFUSED
        case let error as NIOConnectionError:
            !error.connectionErrors.isEmpty
                && error.connectionErrors.allSatisfy { isNobody($0.error) }
        default: false
        }
    }

    private static func cause(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else { return "its name is not known" }
            return cause(first.error)
        case let error as IOError:
            return String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError:
            return PrintableText.escape(error.shortDescription, scalarsMaximum: 200)
        default:
            return PrintableText.escape("\(error)", scalarsMaximum: 200)
        }
    }
}

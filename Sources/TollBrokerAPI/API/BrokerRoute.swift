internal import PayWord

/// The routes that take a signed object: the one table that server and client share.
///
/// Each is `POST /v1/<name>` with the object as its body and the object's content type as its
/// `Content-Type`. Beside them stand `GET /v1/broker` and `GET /healthz`.
enum BrokerRoute: String, Sendable, CaseIterable {
    case enrolments
    case certificates
    case reservations
    case statements
    case withdrawals
    case faucet
    case closes
    case redemptions

    /// Where the broker describes itself.
    static let description = "/v1/broker"
    /// Where a supervisor asks whether the process answers.
    static let health = "/healthz"
    /// The content type of every answer that has a body.
    static let answerContentType = "application/cbor"

    var path: String { "/v1/\(rawValue)" }

    /// The kind of object that the route takes.
    var kind: ObjectKind {
        switch self {
        case .enrolments: .enrolment
        case .certificates: .certificateRequest
        case .reservations: .reservationRequest
        case .statements: .statementRequest
        case .withdrawals: .withdrawal
        case .faucet: .faucetRequest
        case .closes: .close
        case .redemptions: .redemption
        }
    }

    /// The largest body that the route takes, in bytes.
    var requestBytesMaximum: Int {
        self == .redemptions ? Redemption.encodedBytesMaximum : 64 * 1024
    }

    /// The largest answer that a client reads, in bytes: what the answers' own limits add up to.
    var answerBytesMaximum: Int {
        switch self {
        case .redemptions, .statements: Redemption.encodedBytesMaximum
        case .withdrawals, .faucet, .closes: 0
        case .enrolments, .certificates, .reservations: 512 * 1024
        }
    }

    /// The largest description that a client reads, in bytes.
    static let descriptionBytesMaximum = 512 * 1024
    /// The largest problem that a client reads, in bytes.
    static let problemBytesMaximum = 64 * 1024
}

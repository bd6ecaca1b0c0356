internal import HTTPTypes
internal import PayWord

/// A refusal with what HTTP says about it beyond its reason.
struct APIFault: Error {
    let refusal: Refusal
    let status: Int
    let hint: String?
    let headers: HTTPFields
    /// Whether the request's body was read to its end; if not, the connection cannot be used again.
    let bodyWasRead: Bool

    init(
        _ refusal: Refusal, status: Int? = nil, hint: String? = nil, bodyWasRead: Bool,
        headers: HTTPFields = [:]
    ) {
        self.refusal = refusal
        self.status = status ?? refusal.reason.httpStatus
        self.hint = hint
        self.bodyWasRead = bodyWasRead
        self.headers = headers
    }

    var problem: Problem { Problem(refusal, status: status, hint: hint) }

    static func noRoute(_ path: String) -> APIFault {
        APIFault(
            Refusal(
                .unknownResource, "no route \(PrintableText.escape(path, scalarsMaximum: 200))"),
            hint: "use the routes of the broker's API, /v1/…", bodyWasRead: false)
    }

    static func wrongMethod(allowed: String) -> APIFault {
        APIFault(
            Refusal(.unexpectedMessage, "this route takes \(allowed)"), status: 405,
            hint: "use \(allowed)", bodyWasRead: false, headers: [.allow: allowed])
    }

    static func wrongContentType(_ expected: String) -> APIFault {
        APIFault(
            Refusal(.malformed, "this route takes \(expected), with no content encoding"),
            status: 415, hint: "send the signed object with its own content type",
            bodyWasRead: false, headers: [.accept: expected])
    }

    static func tooLarge(maximum: Int) -> APIFault {
        APIFault(
            Refusal(.tooLarge, "the body has more than \(maximum) bytes"), bodyWasRead: false)
    }

    static var tooSlow: APIFault {
        APIFault(Refusal(.timedOut, "the body came too slowly"), bodyWasRead: false)
    }

    static var brokenOff: APIFault {
        APIFault(
            Refusal(.malformed, "the body broke off before its end"), bodyWasRead: false)
    }
}

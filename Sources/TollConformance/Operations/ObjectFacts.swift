internal import PayWord

/// What an object says that a receiver holds against its own clock and parties.
struct ObjectFacts {
    /// How an object's date is judged.
    enum DateRule {
        case none
        /// It may not lie ahead.
        case notAhead(Timestamp)
        /// A request: neither ahead nor older than a day.
        case request(Timestamp)
    }

    var date = DateRule.none
    var merchant: PublicKey?
    /// The broker that it names, or those that it accepts.
    var brokers: [PublicKey] = []
    var asset: Asset?

    init(_ payload: any SignedPayload) {
        self.init()
        switch payload {
        case let object as Commitment:
            (merchant, brokers, asset) = (object.merchant, [object.broker], object.asset)
        case let object as Certificate: (brokers, asset) = ([object.broker], object.asset)
        case let object as Reservation:
            date = .notAhead(object.issuedAt)
            (merchant, brokers, asset) = (object.merchant, [object.broker], object.asset)
        case let object as Offer:
            (merchant, brokers, asset) = (object.merchant, object.brokers, object.asset)
        case let object as Receipt: (merchant, asset) = (object.merchant, object.asset)
        case let object as CloseRequest:
            (date, merchant) = (.notAhead(object.createdAt), object.merchant)
        case let object as Close:
            date = .notAhead(object.createdAt)
            (merchant, brokers) = (object.merchant, [object.broker])
        case let object as Redemption:
            date = .notAhead(object.createdAt)
            (merchant, brokers, asset) = (object.merchant, [object.broker], object.asset)
        case let object as Settlement:
            (merchant, brokers, asset) = (object.merchant, [object.broker], object.asset)
        default: readRequest(payload)
        }
    }

    private init() {}

    private mutating func readRequest(_ payload: any SignedPayload) {
        date = .request(payload.signedAt)
        switch payload {
        case let object as ReservationRequest: brokers = [object.broker]
        case let object as Enrolment: (brokers, asset) = ([object.broker], object.asset)
        case let object as CertificateRequest: (brokers, asset) = ([object.broker], object.asset)
        case let object as StatementRequest: (brokers, asset) = ([object.broker], object.asset)
        case let object as Withdrawal: (brokers, asset) = ([object.broker], object.asset)
        case let object as FaucetRequest: (brokers, asset) = ([object.broker], object.asset)
        default: date = .none
        }
    }
}

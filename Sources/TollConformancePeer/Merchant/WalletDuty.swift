internal import PayWord

/// What a right wallet does after a misbehaviour, as far as the wire shows it.
enum WalletDuty: Sendable {
    /// It tells one of these reasons about the connection, closes it, and reveals nothing more on it.
    case endsSession(Set<Reason>)
    /// It closes the connection when its patience ends, telling nothing or `timed-out`.
    case givesUp
    /// It pays nothing more on the channel, on any connection.
    case leavesTheChannel
    /// It pays nothing.
    case paysNothing
    /// It pays nothing more on the channel before it has opened it again.
    case opensAgainFirst
    /// It comes back and opens the channel again, and shows nothing below what it has shown.
    case comesBack
    /// It does not take this for a fault.
    case bearsIt
    /// Whatever it does, it shows nothing below what it has shown.
    case keepsItsRecord
}

extension MerchantMisbehaviour {
    /// What a right wallet does.
    var duty: WalletDuty {
        switch self {
        case .wrongHelloSignature: .endsSession([.badSignature])
        case .wrongKey: .endsSession([.wrongMerchant])
        case .wrongVersion: .endsSession([.unsupportedVersion])
        case .oversizedFrame: .endsSession([.tooLarge])
        case .emptyFrame, .malformedFrame: .endsSession([.malformed])
        case .nonCanonicalFrame: .endsSession([.notCanonical])
        case .unknownType, .unaskedAnswer, .errorWithoutHandle, .paidNeverSent, .outOfOrder,
            .meterBackwards, .acceptedFalls, .spentOverAccepted:
            .endsSession([.unexpectedMessage])
        case .noHelloAck, .neverAcknowledges: .givesUp
        case .overclaimOpened, .overclaimWorth, .falseReceipt: .leavesTheChannel
        case .overclaimPaid: .opensAgainFirst
        case .truncatedFrame, .dropAfterCommit, .forgetsState: .comesBack
        case .duplicateAcknowledgement, .unknownReason: .bearsIt
        case .acknowledgesLess, .refusesPayments: .keepsItsRecord
        case .busy, .expiredOffer, .foreignOffer, .forgedOffer: .paysNothing
        }
    }
}

extension WalletDuty {
    /// For people.
    var text: String {
        switch self {
        case .endsSession(let reasons):
            "tells \(Self.text(reasons)), closes the connection and pays nothing more on it"
        case .givesUp: "closes the connection when its own time is over"
        case .leavesTheChannel: "pays nothing more on this channel"
        case .paysNothing: "pays nothing"
        case .opensAgainFirst: "pays nothing more before it has opened the channel again"
        case .comesBack: "opens the channel again, and shows no payword below the highest it showed"
        case .bearsIt: "goes on: this is no fault"
        case .keepsItsRecord: "shows no payword below the highest it showed"
        }
    }

    static func text(_ reasons: Set<Reason>) -> String {
        reasons.map(\.code).sorted().joined(separator: " or ")
    }
}

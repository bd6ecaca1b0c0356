import LoadKit
import Testing

struct BooksTests {
    private func paid(_ payments: UInt64, _ units: UInt64, unanswered: UInt64 = 0) -> Tally {
        var tally = Tally()
        tally.acknowledged = payments
        tally.units = units
        tally.unanswered = unanswered
        return tally
    }

    private func books(_ payments: UInt64, _ spent: UInt64) -> Books {
        Books(channels: 5, payments: payments, accepted: spent, spent: spent)
    }

    @Test func booksThatEqualWhatWasAcknowledgedHaveNoFault() {
        #expect(books(10, 100).faults(channels: 5, paid(10, 100)).isEmpty)
    }

    @Test func whatWasAcknowledgedAndIsNotThereIsAFault() {
        #expect(books(9, 100).faults(channels: 5, paid(10, 100)).count == 1)
        #expect(books(10, 99).faults(channels: 5, paid(10, 100)).count == 1)
        #expect(books(10, 100).faults(channels: 6, paid(10, 100)).count == 1)
    }

    @Test func whatIsThereTwiceIsAFault() {
        #expect(books(11, 110).faults(channels: 5, paid(10, 100)).count == 2)
    }

    @Test func onlyWhatNobodyAnsweredMayBeThereOrNot() {
        #expect(books(12, 130).faults(channels: 5, paid(10, 100, unanswered: 2)).isEmpty)
        #expect(books(10, 100).faults(channels: 5, paid(10, 100, unanswered: 2)).isEmpty)
        #expect(books(13, 130).faults(channels: 5, paid(10, 100, unanswered: 2)).count == 1)
    }
}

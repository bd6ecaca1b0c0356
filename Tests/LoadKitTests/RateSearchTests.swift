import LoadKit
import Testing

struct RateSearchTests {
    /// What comes of a rate where a merchant holds up to `capacity`.
    private func tally(_ rate: UInt64, capacity: UInt64) -> Tally {
        var tally = Tally()
        tally.due = rate
        tally.acknowledged = rate
        tally.latency.record(rate <= capacity ? 1_000_000 : 900_000_000)
        return tally
    }

    private func search(from rate: UInt64, capacity: UInt64) -> RateSearch {
        var search = RateSearch(
            LoadPlan.Search(seconds: 1, p99Maximum: 100_000_000, rateMaximum: 50_000), from: rate)
        for _ in 0..<100 {
            guard let rate = search.next else { break }
            search.take(tally(rate, capacity: capacity))
        }
        return search
    }

    @Test func itEndsNearTheCapacityAndNeverAboveIt() throws {
        for capacity in [1_000, 7_300, 12_345, 49_999] as [UInt64] {
            let search = search(from: 1_000, capacity: capacity)
            #expect(search.next == nil)
            let held = try #require(search.held?.rate)
            #expect(held <= capacity)
            #expect(held * 8 >= capacity * 7, "\(held) of \(capacity)")
        }
    }

    @Test(arguments: [5_000, 70, 1] as [UInt64])
    func aCapacityFarBelowTheFirstRateIsFound(capacity: UInt64) throws {
        let held = try #require(search(from: 8_000, capacity: capacity).held?.rate)
        #expect(held <= capacity)
        #expect(held * 2 >= capacity)
    }

    @Test func whereNothingIsHeldItEnds() {
        let search = search(from: 8_000, capacity: 0)
        #expect(search.next == nil)
        #expect(search.held == nil)
    }

    @Test func itEndsAtTheHighestRateThatItMayTry() {
        let search = search(from: 1_000, capacity: 1_000_000)
        #expect(search.held?.rate == 50_000)
        #expect(search.next == nil)
    }

    @Test func aRateWithARefusalIsNotHeld() {
        var search = RateSearch(
            LoadPlan.Search(seconds: 1, p99Maximum: 100_000_000, rateMaximum: 50_000), from: 10)
        var tally = tally(10, capacity: 10)
        tally.acknowledged -= 1
        search.take(tally)
        #expect(search.held == nil)
    }
}

import PayWord
import Testing
import TollMerchant

@Suite struct RedemptionScheduleTests {
    private let start = Timestamp(1_800_000_000)

    private func total(
        _ channels: UInt64, _ units: UInt64, redeemIn seconds: UInt64 = 40 * .day
    ) throws -> ClaimableTotal {
        ClaimableTotal(
            channels: channels, amount: try Amount(units: units),
            redeemBy: start.adding(seconds))
    }

    private var all: RedemptionSchedule {
        get throws {
            var schedule = RedemptionSchedule()
            schedule.interval = 3600
            schedule.amount = try Amount(units: 1000)
            schedule.channels = 10
            schedule.beforeRedeemBy = 2 * .day
            return schedule
        }
    }

    private func trigger(
        _ schedule: RedemptionSchedule, _ total: ClaimableTotal,
        left: ClaimableTotal = .nothing, after seconds: UInt64 = 60
    ) -> RedemptionSchedule.Trigger? {
        schedule.trigger(total, left: left, last: start, now: start.adding(seconds))
    }

    @Test func whicheverComesFirst() throws {
        let schedule = try all
        #expect(trigger(schedule, try total(9, 999)) == nil)
        #expect(trigger(schedule, try total(9, 999), after: 3599) == nil)
        #expect(trigger(schedule, try total(9, 999), after: 3600) == .interval)
        #expect(trigger(schedule, try total(9, 1000)) == .amount)
        #expect(trigger(schedule, try total(10, 999)) == .channels)
        #expect(trigger(schedule, try total(1, 1, redeemIn: 2 * .day + 60)) == .expiry)
        #expect(trigger(schedule, try total(1, 1, redeemIn: 2 * .day + 61)) == nil)
        #expect(trigger(schedule, try total(1, 1, redeemIn: 0)) == .expiry)
    }

    @Test func nothingSetIsNothingDue() throws {
        let schedule = RedemptionSchedule()
        #expect(trigger(schedule, try total(1 << 40, 1 << 40, redeemIn: 1), after: .day) == nil)
        #expect(trigger(try all, .nothing) == nil)
        // The interval goes on where there is nothing to claim: closes are told then.
        #expect(trigger(try all, .nothing, after: 3600) == .interval)
    }

    @Test func whatATurnLeftDoesNotCallForAnother() throws {
        let schedule = try all
        let left = try total(20, 5000, redeemIn: .day)
        #expect(trigger(schedule, left, left: left) == nil)
        // Only what grows counts.
        #expect(trigger(schedule, try total(25, 5999, redeemIn: .day), left: left) == nil)
        #expect(trigger(schedule, try total(25, 6000, redeemIn: .day), left: left) == .amount)
        #expect(trigger(schedule, try total(30, 5001, redeemIn: .day), left: left) == .channels)
        // Less than before, as after a refund, is no reason either.
        #expect(trigger(schedule, try total(2, 10, redeemIn: 9 * .day), left: left) == nil)
        // Near the end it is tried again, yet not with every payment.
        let changed = try total(21, 5001, redeemIn: .day)
        var late = schedule
        late.interval = nil
        let wait: UInt64 = 2 * 86_400 / 16
        #expect(trigger(late, changed, left: left, after: wait - 1) == nil)
        #expect(trigger(late, changed, left: left, after: wait) == .expiry)
    }

    @Test func pausesGrowToTheirBoundAndVary() {
        var schedule = RedemptionSchedule()
        schedule.firstPause = 10
        schedule.pauseMaximum = 300
        #expect(schedule.pause(afterFailures: 1, random: 0) == .seconds(5))
        #expect(schedule.pause(afterFailures: 1, random: 5000) == .seconds(10))
        #expect(schedule.pause(afterFailures: 3, random: 0) == .seconds(20))
        var longest = Duration.zero
        var generator = SystemRandomNumberGenerator()
        for failures in 1...200 {
            let random = generator.next()
            let pause = schedule.pause(afterFailures: failures, random: random)
            #expect(pause >= .seconds(5) && pause <= .seconds(300), "random \(random)")
            longest = max(longest, pause)
        }
        #expect(longest >= .seconds(150))
        // A bound below the first pause does not make it shorter; the greatest do not overflow.
        schedule.pauseMaximum = 1
        #expect(schedule.pause(afterFailures: 9, random: 0) == .seconds(5))
        schedule.firstPause = 31_536_000
        schedule.pauseMaximum = 31_536_000
        #expect(schedule.pause(afterFailures: .max, random: .max) >= .seconds(31_536_000 / 2))
        #expect(schedule.lookPause(random: 0) == .seconds(60))
        #expect(schedule.lookPause(random: .max) <= .seconds(66))
    }
}

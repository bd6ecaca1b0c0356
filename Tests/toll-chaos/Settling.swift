import Foundation
import TollCLI

/// The end of a run: nothing fails any more, payers find out what became of all they sent, and the
/// merchant redeems all that is due.
struct Settling {
    let scene: Scene

    func run(_ audit: inout Audit) async throws {
        for disk in scene.disks { disk.heal() }
        for payer in scene.payers {
            await payer.kill()
            try await payer.start(["--settle"])
            let (status, errors) = await payer.ended()
            audit.expect(
                status == 0, .paymentsResume, "\(payer.name) ended with \(status): \(errors)")
        }
        // The one that serves redeems as well, so that a batch may be another's for a moment.
        for attempt in 1...20 {
            let books = try await Snapshot(scene).merchant
            guard books.channels.values.contains(where: { !$0.isSettled }) else { break }
            let outcome = try await ChildProcess(
                scene.toll, ["merchant", "redeem", "--home", scene.merchantHome, "--json"],
                environment: scene.merchant.disk.environment
            ).outcome()
            guard outcome.status != 0, attempt == 20 else { continue }
            audit.expect(
                false, .settledIsClaimed,
                "redeeming ended with \(outcome.status): \(outcome.errors)")
        }
        let snapshot = try await Snapshot(scene)
        try audit.check(snapshot)
        audit.finish(snapshot)
        let books = try await ChildProcess(
            scene.toll, ["broker", "ledger", "check", "--home", scene.brokerHome, "--json"],
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        ).outcome()
        audit.expect(books.status == 0, .ledgerIsZero, "\(books.output)\(books.errors)")
    }
}

import Testing
import TollCLI

struct MachineCheckTests {
    private static let disks: [(bytes: UInt64, files: UInt64, state: Finding.State)] = [
        (2 << 30, 1 << 20, .ok), (512 << 20, 1 << 20, .warning), (64 << 20, 1 << 20, .fault),
        (2 << 30, 12, .fault), (2 << 30, 0, .ok),
    ]

    @Test(arguments: disks)
    func aFullDiskIsToldBeforeItIsFull(bytes: UInt64, files: UInt64, state: Finding.State) {
        let finding = MachineCheck.disk("disk", "/x", freeBytes: bytes, freeFiles: files)
        #expect(finding.state == state, "\(finding)")
    }

    @Test func clocksThatDifferByMinutesAreAFault() {
        #expect(MachineCheck.clock("clock", ahead: 0).state == .ok)
        #expect(MachineCheck.clock("clock", ahead: -29).state == .ok)
        #expect(MachineCheck.clock("clock", ahead: 30).state == .warning)
        let behind = MachineCheck.clock("clock", ahead: -300)
        #expect(behind.state == .fault && behind.found.contains("300 s behind"))
        #expect(behind.fix?.contains("NTP") == true)
    }

    @Test func certificatesAreRenewedBeforeTheyEnd() {
        func state(_ now: UInt64) -> Finding.State {
            MachineCheck.certificate("c", from: 1_000, to: 10_000_000, now: now).state
        }
        #expect(state(999) == .fault)
        #expect(state(1_000) == .ok)
        #expect(state(10_000_000 - 14 * 86_400 + 1) == .warning)
        #expect(state(10_000_001) == .fault)
    }

    @Test func connectionsNeedFiles() {
        #expect(MachineCheck.files("f", connections: 4096, limit: 1024).state == .fault)
        #expect(MachineCheck.files("f", connections: 800, limit: 1024).state == .ok)
    }

    @Test func portsAreTried() {
        #expect(PortCheck.free("p", host: "127.0.0.1", port: 0, isOurs: false).state == .ok)
        #expect(PortCheck.free("p", host: "192.0.2.1", port: 1, isOurs: false).state == .fault)
        #expect(PortCheck.free("p", host: "nonsense host", port: 1, isOurs: false).state == .fault)
    }
}

import CCounters
import Dispatch
import Foundation

// Runs one of the hot paths once or twice, for a tool that counts instructions: `scripts/instructions`
// does both, and the difference is what the path costs, without what starting and preparing cost. Or
// runs it twice, and counts the allocations of the second time.
//
// usage: toll-instructions PATH once|twice: prints how many steps or paywords once is.
//        toll-instructions PATH allocations: prints how many there are for each of them.

let arguments = CommandLine.arguments
guard arguments.count == 3, let path = HotPath.all[arguments[1]] else {
    for name in HotPath.all.keys.sorted() { print(name) }
    exit(arguments.count == 1 ? 0 : 2)
}
// The main thread waits, and does not become a queue of Dispatch's as top-level `await` makes it: for
// that it ends, which callgrind does not survive.
let isDone = DispatchSemaphore(value: 0)
Task.detached {
    do {
        let run = try await path.make()
        try await run()
        switch arguments[2] {
        case "allocations":
            counter_start()
            try await run()
            print(Double(counter_stop()) / Double(path.units))
        case "twice":
            try await run()
            print(path.units)
        default: print(path.units)
        }
        exit(0)
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(1)
    }
}
isDone.wait()

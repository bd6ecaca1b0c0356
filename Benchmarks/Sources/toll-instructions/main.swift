import Dispatch
import Foundation

// Runs one of the hot paths once or twice, for a tool that counts instructions: `scripts/instructions`
// does both, and the difference is what the path costs, without what starting and preparing cost.
//
// usage: toll-instructions PATH once|twice: prints how many steps or paywords once is.

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
        if arguments[2] == "twice" { try await run() }
        print(path.units)
        exit(0)
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(1)
    }
}
isDone.wait()

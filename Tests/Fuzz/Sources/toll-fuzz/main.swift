import CLibFuzzer
import Foundation
import FuzzTargets

// usage: toll-fuzz list                    names and summaries of the targets
//        toll-fuzz sources TARGET          the files under test
//        toll-fuzz seeds TARGET FIXTURES FOLDER
//        toll-fuzz TARGET [libFuzzer's options and folders]

/// Ends the process with a message that `scripts/fuzz` shows.
func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("toll-fuzz: \(message)\n".utf8))
    exit(2)
}

/// Names the target to processes that libFuzzer starts: it hands them its own options alone.
let inherited = "TOLL_FUZZ_TARGET"

var arguments = Array(CommandLine.arguments.dropFirst())
let command: String
if let target = ProcessInfo.processInfo.environment[inherited] {
    command = target
} else {
    guard !arguments.isEmpty else { fail("which target? See: toll-fuzz list") }
    command = arguments.removeFirst()
}

switch command {
case "list":
    for target in FuzzTarget.allCases { print("\(target.rawValue)\t\(target.summary)") }
    exit(0)
case "sources":
    for name in arguments { FuzzTarget(rawValue: name)?.sources.forEach { print($0) } }
    exit(0)
case "seeds":
    guard arguments.count == 3, let target = FuzzTarget(rawValue: arguments[0]) else {
        fail("seeds TARGET FIXTURES FOLDER")
    }
    let folder = URL(filePath: arguments[2])
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (number, seed) in try target.seeds(fixtures: arguments[1]).enumerated() {
        try Data(seed).write(to: folder.appending(path: "seed-\(number)"))
    }
    exit(0)
default: break
}

guard let chosen = FuzzTarget(rawValue: command) else { fail("no target \(command)") }
setenv(inherited, command, 1)

// What the callback needs, which can capture nothing.
nonisolated(unsafe) var target = chosen

let limit = "-max_len=\(chosen.bytesMaximum)"
var argc = Int32(arguments.count + 2)
var argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = .allocate(
    capacity: arguments.count + 3)
for (place, text) in ([CommandLine.arguments[0], limit] + arguments).enumerated() {
    argv?[place] = strdup(text)
}
argv?[arguments.count + 2] = nil

exit(
    LLVMFuzzerRunDriver(&argc, &argv) { start, count in
        do {
            try target.run(Array(UnsafeBufferPointer(start: start, count: count)))
        } catch {
            FileHandle.standardError.write(Data("\nbroken promise: \(error)\n".utf8))
            abort()
        }
        return 0
    })

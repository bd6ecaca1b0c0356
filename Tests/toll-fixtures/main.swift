import FixtureKit
import Foundation

let usage = """
    usage: toll-fixtures write DIR    write every fixture under DIR
           toll-fixtures check DIR    say which files there are not what would be written

    example: toll-fixtures write fixtures

    """

func fail(_ message: String, code: Int32) -> Never {
    FileHandle.standardError.write(Data(message.utf8))
    exit(code)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let verb = arguments.first, let folder = arguments.last else {
    fail(usage, code: 64)
}
do {
    let library = try FixtureLibrary()
    switch verb {
    case "write":
        try library.write(to: folder)
        let count = library.files.reduce(0) { $0 + $1.cases.count }
        print("\(count) cases in \(library.files.count) files under \(folder)")
    case "check":
        let drift = library.drift(in: folder)
        guard drift.isEmpty else {
            let list = drift.map { "\(folder)/\($0)\n" }.joined()
            fail(list + "these differ; run `make fixtures`, and look at what changed\n", code: 1)
        }
    default: fail(usage, code: 64)
    }
} catch {
    fail("the fixtures could not be made: \(error)\n", code: 1)
}

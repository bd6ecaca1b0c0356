import FixtureKit
import Foundation

let usage = """
    usage: toll-fixtures write DIR [PAGE]    write every fixture under DIR, the worked example to PAGE
           toll-fixtures check DIR [PAGE]    say which files are not what would be written

    example: toll-fixtures write fixtures spec/worked-example.md

    """

func fail(_ message: String, code: Int32) -> Never {
    FileHandle.standardError.write(Data(message.utf8))
    exit(code)
}

let arguments = CommandLine.arguments.dropFirst()
guard (2...3).contains(arguments.count), let verb = arguments.first,
    let folder = arguments.dropFirst().first
else { fail(usage, code: 64) }
let page = arguments.dropFirst(2).first
do {
    let library = try FixtureLibrary()
    let example = Data(try WorkedExample(Samples()).markdown.utf8)
    switch verb {
    case "write":
        try library.write(to: folder)
        if let page { try example.write(to: URL(filePath: page)) }
        let count = library.files.reduce(0) { $0 + $1.cases.count }
        print("\(count) cases in \(library.files.count) files under \(folder)")
    case "check":
        var drift = library.drift(in: folder).map { "\(folder)/\($0)" }
        if let page, (try? Data(contentsOf: URL(filePath: page))) != example { drift.append(page) }
        guard drift.isEmpty else {
            let list = drift.map { "\($0)\n" }.joined()
            fail(list + "these differ; run `make fixtures`, and look at what changed\n", code: 1)
        }
    default: fail(usage, code: 64)
    }
} catch {
    fail("the fixtures could not be made: \(error)\n", code: 1)
}

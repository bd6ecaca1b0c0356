/// How another implementation's answers agree with the test vectors.
///
/// ```swift
/// let report = await ConformanceReport(of: folder.cases) { try await program.line($0) }
/// report.isAgreed
/// ```
public struct ConformanceReport: Sendable {
    /// What was found of one subject.
    public struct Subject: Sendable {
        /// Its name, which is the folder of its cases.
        public let name: String
        /// How many cases were asked.
        public internal(set) var cases = 0
        /// How many were answered as they say.
        public internal(set) var agreed = 0
    }

    /// A case that was answered otherwise.
    public struct Disagreement: Sendable {
        /// The case.
        public let fixture: Fixture
        /// What is wrong with the answer.
        public let fault: String
    }

    /// By name.
    public private(set) var subjects: [Subject] = []
    /// The cases that were answered otherwise, in their order.
    public private(set) var disagreements: [Disagreement] = []
    /// Why nothing was asked any more, if that happened.
    public private(set) var interruption: String?
    /// How many cases were not answered because of it.
    public private(set) var unanswered = 0

    /// Whether every case was answered as it says.
    public var isAgreed: Bool {
        disagreements.isEmpty && interruption == nil && subjects.contains { $0.cases > 0 }
    }

    /// Holds the answers against the cases, in their order. `answer` gives the line for the case at a
    /// position, or throws why there is none, which ends the run.
    public init(
        of cases: [Fixture], answer: (Int) async throws -> String
    ) async {
        for (position, fixture) in cases.enumerated() {
            let line: String
            do { line = try await answer(position) } catch {
                interruption = "\(error)"
                unanswered = cases.count - position
                for rest in cases[position...] { count(rest, isAgreed: false) }
                return
            }
            add(fixture, Self.fault(of: line, to: fixture))
        }
    }

    private static func fault(of line: String, to fixture: Fixture) -> String? {
        do throws(JSONFault) {
            return fixture.fault(of: try JSONValue(parsing: Array(line.utf8)))
        } catch { return "the answer is no JSON: \(error)" }
    }

    private mutating func add(_ fixture: Fixture, _ fault: String?) {
        count(fixture, isAgreed: fault == nil)
        if let fault { disagreements.append(.init(fixture: fixture, fault: fault)) }
    }

    private mutating func count(_ fixture: Fixture, isAgreed: Bool) {
        let place =
            subjects.firstIndex { $0.name == fixture.subject }
            ?? {
                subjects.append(Subject(name: fixture.subject))
                return subjects.count - 1
            }()
        subjects[place].cases += 1
        if isAgreed { subjects[place].agreed += 1 }
    }
}

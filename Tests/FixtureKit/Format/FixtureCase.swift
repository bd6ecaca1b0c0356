public import PayWord

/// One case: what goes in, and what must come out.
public struct FixtureCase: Sendable {
    /// What a right implementation does with the inputs.
    public enum Expectation: Sendable {
        /// It accepts them, and this comes out.
        case accept([FixtureValue.Field])
        /// It refuses them for this reason. They differ from the case `base` in one fault.
        case refuse(Reason, base: String, [FixtureValue.Field])
    }

    /// Unique among all fixtures, lower-case words joined by hyphens.
    public let id: String
    /// What the case shows; of a refusal, its one fault.
    public let description: String
    public let inputs: [FixtureValue.Field]
    public let expectation: Expectation

    /// A case that is accepted.
    public static func accept(
        _ id: String, _ description: String, _ inputs: [(String, FixtureValue)],
        _ result: [(String, FixtureValue)] = []
    ) -> FixtureCase {
        FixtureCase(
            id: id, description: description, inputs: inputs.map(FixtureValue.Field.init),
            expectation: .accept(result.map(FixtureValue.Field.init)))
    }

    /// A case that is refused.
    public static func refuse(
        _ id: String, _ description: String, _ inputs: [(String, FixtureValue)], _ reason: Reason,
        base: String, _ more: [(String, FixtureValue)] = []
    ) -> FixtureCase {
        FixtureCase(
            id: id, description: description, inputs: inputs.map(FixtureValue.Field.init),
            expectation: .refuse(reason, base: base, more.map(FixtureValue.Field.init)))
    }

    var value: FixtureValue {
        var fields: [FixtureValue.Field] = [
            .init("id", .text(id)), .init("description", .text(description)),
        ]
        fields += inputs
        switch expectation {
        case .accept(let result):
            fields.append(.init("expect", .text("accept")))
            if !result.isEmpty { fields.append(.init("result", .object(result))) }
        case .refuse(let reason, let base, let more):
            fields.append(.init("expect", .text("refuse")))
            fields.append(.init("reason", .text(reason.code)))
            fields.append(.init("base", .text(base)))
            fields += more
        }
        return .object(fields)
    }
}

/// One file of cases.
public struct FixtureFile: Sendable {
    /// The folder.
    public let subject: String
    /// The file's name without `.json`.
    public let name: String
    public let description: String
    public let cases: [FixtureCase]

    public init(
        subject: String, name: String, description: String, cases: [FixtureCase]
    ) {
        self.subject = subject
        self.name = name
        self.description = description
        self.cases = cases
    }

    /// The path within the folder of fixtures.
    public var path: String { "\(subject)/\(name).json" }

    /// The file's text.
    public var json: String {
        FixtureValue.object([
            .init("subject", .text(subject)), .init("description", .text(description)),
            .init("cases", .list(cases.map(\.value))),
        ]).json
    }
}

import PayWord
import Testing

@testable import TollCLI

/// What begins with a hyphen and is no option.
@Suite struct TypedArgumentsTests {
    private static let key = "-o6jVQByw6WFMtYRmukfCfYEjVxhyasempCvtiCPyko"

    @Test(arguments: [key, "-" + key.dropFirst(), "--" + key.dropFirst(2), "-gBCx7sdkQ_-dhdJkFhZ"])
    func keysAndDataAreValues(text: String) {
        #expect(TypedArguments.parsable(["toll", "a", text]) == ["a", " " + text])
    }

    @Test(arguments: [
        "-", "--", "-h", "-hv", "--json", "--allow-insecure-transport", "--price=article-and-more",
        "-1.0000000000000000000", "article", "--" + key,
    ])
    func optionsAndWordsStayAsTheyAre(text: String) {
        #expect(TypedArguments.parsable(["toll", text]) == [text])
    }

    @Test func theProgramsNameIsNoArgument() {
        #expect(TypedArguments.parsable(["toll"]).isEmpty)
        #expect(TypedArguments.parsable([]).isEmpty)
    }
}

import PayWord
import Testing
import TollCLI

@Suite struct OutputTests {
    let data = RecordingSink()
    let messages = RecordingSink()

    private func output(
        _ form: Output.Form? = nil, terminal: Bool, environment: [String: String] = [:]
    ) -> Output {
        Output(
            form: form, data: data.sink(isTerminal: terminal, environment: environment),
            messages: messages.sink(isTerminal: terminal, environment: environment))
    }

    private var table: Table {
        var table = Table(["display name", "claims"])
        table.add([.text("Ann"), .count(7)])
        return table
    }

    @Test func aTerminalGetsATableAndAPipeGetsJSON() {
        output(terminal: true).show(table)
        #expect(data.text == "DISPLAY NAME  CLAIMS\nAnn                7\n")
        let piped = RecordingSink()
        Output(data: piped.sink(isTerminal: false), messages: messages.sink(isTerminal: false))
            .show(table)
        #expect(piped.text == #"[{"display_name":"Ann","claims":7}]"# + "\n")
    }

    @Test func anExplicitFormWins() {
        output(.json, terminal: true).show(table)
        #expect(data.text.hasPrefix("[\n  {\n    \"display_name\": \"Ann\""))
        let piped = RecordingSink()
        Output(
            form: .text, data: piped.sink(isTerminal: false),
            messages: messages.sink(isTerminal: false)
        ).show(table)
        #expect(piped.text.hasPrefix("DISPLAY NAME"))
    }

    @Test func messagesNeverReachTheData() {
        let output = output(terminal: true)
        output.say("asking the broker")
        output.warn("the clock is off")
        #expect(data.text.isEmpty)
        #expect(messages.text == "asking the broker\nwarning: the clock is off\n")
    }

    @Test func anErrorNamesItsCodeAndWhatToDoNext() {
        let code = output(terminal: true).fail(Refusal(.unknownAccount, "no account of Ann"))
        #expect(code == .unknown)
        #expect(messages.text.hasPrefix("error: unknown-account: no account of Ann\nhint: enrol"))
        #expect(data.text.isEmpty)
    }

    @Test func anErrorIsJSONOnlyWhereJSONWasAskedFor() {
        _ = output(terminal: false).fail(Refusal(.busy))
        #expect(messages.text.hasPrefix("error: busy: "))
        let asked = RecordingSink()
        let code = Output(
            form: .json, data: data.sink(isTerminal: false), messages: asked.sink(isTerminal: false)
        ).fail(CommandError.usage("--amount wants a decimal"))
        #expect(code == .usage)
        #expect(
            asked.text == """
                {"error":{"code":"usage","detail":"--amount wants a decimal",\
                "hint":"see --help of this command","exit_code":2}}

                """)
    }

    @Test func anUnforeseenErrorIsInternalAndSaysSo() {
        struct Surprise: Error {}
        #expect(output(terminal: false).fail(Surprise()) == .failure)
        #expect(messages.text.hasPrefix("error: internal: Surprise()"))
    }

    @Test(arguments: [
        ["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"], [:],
    ]) func noColourWhereItIsNotWanted(environment: [String: String]) {
        output(terminal: true, environment: environment).show(table)
        #expect(!data.text.contains("\u{1b}"))
    }

    @Test func colourOnATerminalThatShowsIt() {
        output(terminal: true, environment: ["TERM": "xterm"]).show(table)
        #expect(data.text.hasPrefix("\u{1b}[1mDISPLAY NAME"))
        let piped = RecordingSink()
        Output(
            form: .text, data: piped.sink(isTerminal: false),
            messages: messages.sink(isTerminal: false)
        ).show(table)
        #expect(!piped.text.contains("\u{1b}"))
    }

    @Test(arguments: [Output.Form.text, .json])
    func threat40TerminalEscapesInDataAreShownNotObeyed(form: Output.Form) {
        let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\r\nerror: \u{202e}gnp.exe"
        var table = Table(["name"])
        table.add([.text(evil)])
        var facts = Facts()
        facts.add("name", .text(evil))
        let output = output(form, terminal: true)
        output.show(table)
        output.show(facts)
        output.say(evil)
        _ = output.fail(Refusal(.malformed, evil))
        for text in [data.text, messages.text] {
            for scalar in text.unicodeScalars where scalar != "\n" {
                #expect(scalar.value >= 0x20 && scalar.value != 0x7f)
                #expect(scalar.properties.generalCategory != .format)
            }
        }
        #expect(!data.text.contains("\nerror:") && !messages.text.contains("\nerror: \\u"))
    }
}

/// Emphasis, where the terminal shows it.
public struct TextStyle: Sendable, Equatable {
    private let isOn: Bool

    /// No emphasis at all.
    public static let plain = TextStyle(isOn: false)
    /// Emphasis by the escape sequences of ECMA-48.
    public static let ansi = TextStyle(isOn: true)

    /// For what a reader should see first.
    public func bold(_ text: String) -> String { wrap(text, "1") }
    /// For what matters less.
    public func faint(_ text: String) -> String { wrap(text, "2") }
    /// For what is wrong.
    public func red(_ text: String) -> String { wrap(text, "31") }
    /// For what is as it should be.
    public func green(_ text: String) -> String { wrap(text, "32") }
    /// For what a person should look at.
    public func yellow(_ text: String) -> String { wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}

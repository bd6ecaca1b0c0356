/// Emphasis, where the terminal shows it.
public struct TextStyle: Sendable, Equatable {
    private let isOn: Bool

    /// No emphasis at all.
    public static let plain = TextStyle(isOn: false)
    /// Emphasis by the escape sequences of ECMA-48.
    public static let ansi = TextStyle(isOn: true)

    /// Strong.
    public func bold(_ text: String) -> String { wrap(text, "1") }
    /// Of less importance.
    public func faint(_ text: String) -> String { wrap(text, "2") }
    /// Wrong.
    public func red(_ text: String) -> String { wrap(text, "31") }
    /// As it should be.
    public func green(_ text: String) -> String { wrap(text, "32") }
    /// To be looked at.
    public func yellow(_ text: String) -> String { wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}

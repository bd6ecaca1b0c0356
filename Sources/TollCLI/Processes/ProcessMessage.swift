internal import Foundation
public import PayWord

/// One line that a program of ours wrote for another: a JSON object.
public struct ProcessMessage {
    private let members: [String: Any]

    /// Reads a line.
    /// - Throws: `malformed` if it is no JSON object.
    public init(_ line: String) throws(Refusal) {
        guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)),
            let members = value as? [String: Any]
        else { throw Refusal(.malformed, "not a line of JSON: ‘\(line.prefix(80))’") }
        self.members = members
    }

    /// The text under a name.
    /// - Throws: `malformed` if there is none.
    public func text(_ name: String) throws(Refusal) -> String { try member(name) }

    /// The whole number under a name.
    /// - Throws: `malformed` if there is none.
    public func number(_ name: String) throws(Refusal) -> Int { try member(name) }

    /// The truth value under a name.
    /// - Throws: `malformed` if there is none.
    public func flag(_ name: String) throws(Refusal) -> Bool { try member(name) }

    private func member<Value>(_ name: String) throws(Refusal) -> Value {
        guard let value = members[name] as? Value else {
            throw Refusal(.malformed, "‘\(name)’ is missing")
        }
        return value
    }
}

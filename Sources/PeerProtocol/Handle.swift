/// The short name of one channel on one connection: the wallet picks it when it opens the channel.
///
/// It means nothing on any other connection; the commitment's id is the channel's lasting name.
public struct Handle: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number, 0 to 65535.
    public let value: UInt16

    /// The handle with this number. One whose channel was closed names no other on the same
    /// connection (TC-06.16).
    public init(_ value: UInt16) { self.value = value }

    /// Whether the number of `left` is lower. Handles have no order in time.
    public static func < (left: Handle, right: Handle) -> Bool { left.value < right.value }
    /// The number in decimal.
    public var description: String { "\(value)" }
}

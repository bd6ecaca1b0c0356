internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
public import PayWord

extension BrokerClient {
    /// What time it is at the broker, to the second, by the `Date` of an answer; nil if it does not
    /// answer, or does not tell.
    ///
    /// Half of the time that the answer took is added to it, so that a slow way is no wrong clock.
    public func time() async -> Timestamp? {
        let clock = ContinuousClock()
        let start = clock.now
        let request = HTTPClientRequest(url: address.url(BrokerRoute.health))
        guard let answer = try? await http.execute(request, timeout: .seconds(10)),
            let text = answer.headers.first(name: "date"), let date = Self.date(text)
        else { return nil }
        let way = (clock.now - start).components.seconds / 2
        return date.adding(UInt64(clamping: way))
    }

    /// The time of an IMF-fixdate (RFC 9110, 5.6.7).
    static func date(_ text: String) -> Timestamp? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = format.date(from: text), date.timeIntervalSince1970 >= 0 else {
            return nil
        }
        return Timestamp(UInt64(date.timeIntervalSince1970))
    }
}

internal import Hummingbird
internal import Logging
internal import NIOCore

/// What the server knows beside a request: its id, its logger, and its connection.
struct BrokerRequestContext: RequestContext {
    /// Under this name Hummingbird gives each request's logger its id.
    private static let idKey = "hb.request.id"

    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// What the answer and the log lines of one request share.
    let requestID: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        // A logger may keep no metadata, and then there is no id in it.
        requestID = source.logger[metadataKey: Self.idKey].map { "\($0)" } ?? "\(RequestID())"
    }
}

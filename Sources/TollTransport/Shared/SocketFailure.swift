internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import PayWord

/// Why a socket failed, in a few words, without the source files that the libraries name.
enum SocketFailure {
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else { return "its name is not known" }
            return text(first.error)
        case let error as IOError:
            return String(cString: strerror(error.errnoCode))
        case NIOSSLError.handshakeFailed, is BoringSSLError, is NIOSSLExtraError:
            return "the other side does not speak TLS 1.3, or no certificate of it is trusted"
        case ChannelError.connectTimeout:
            return "no answer"
        default:
            return PrintableText.escape("\(error)", scalarsMaximum: 200)
        }
    }
}

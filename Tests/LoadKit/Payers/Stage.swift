import NIOCore

/// Starts things, so many at once, until all are done or one has failed. On one event loop.
final class Stage {
    private var waiting: ArraySlice<() -> Void>
    private var left: Int
    private let promise: EventLoopPromise<Void>
    private var isOver = false

    /// Starts nothing before ``begin(atOnce:)``.
    init(_ starts: [() -> Void], on loop: any EventLoop) {
        waiting = starts[...]
        left = starts.count
        promise = loop.makePromise()
    }

    /// Starts the first; one more begins whenever one is ``done()``.
    func begin(atOnce count: Int) -> EventLoopFuture<Void> {
        if left == 0 { end(.success(())) }
        for _ in 0..<count { next() }
        return promise.futureResult
    }

    func done() {
        left -= 1
        if left == 0 { end(.success(())) } else { next() }
    }

    func fail(_ why: String) { end(.failure(LoadFailure(why))) }

    private func next() { waiting.popFirst()?() }

    private func end(_ result: Result<Void, any Error>) {
        guard !isOver else { return }
        isOver = true
        waiting = []
        promise.completeWith(result)
    }
}

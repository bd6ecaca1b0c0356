/// Work whose cost is known beforehand, spread over all cores.
enum CostedWork {
    /// The cost of what one task does before the next begins.
    private static let costOfTask: UInt64 = 1 << 16

    /// Maps `items` on as many cores as there are; results keep the order of the items.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], cost: (Item) -> UInt64,
        _ body: @escaping @Sendable (Item) async -> Result
    ) async -> [Result] {
        let slices = slices(items, cost: cost)
        guard slices.count > 1 else {
            var results: [Result] = []
            results.reserveCapacity(items.count)
            for item in items { results.append(await body(item)) }
            return results
        }
        return await withTaskGroup(of: (Int, [Result]).self) { group in
            for (number, slice) in slices.enumerated() {
                group.addTask {
                    var results: [Result] = []
                    results.reserveCapacity(slice.count)
                    for item in slice { results.append(await body(item)) }
                    return (number, results)
                }
            }
            var parts = [[Result]](repeating: [], count: slices.count)
            for await (number, results) in group { parts[number] = results }
            return parts.flatMap(\.self)
        }
    }

    private static func slices<Item>(
        _ items: [Item], cost: (Item) -> UInt64
    ) -> [ArraySlice<Item>] {
        var slices: [ArraySlice<Item>] = []
        var start = 0
        var sum: UInt64 = 0
        for (index, item) in items.enumerated() {
            sum += cost(item)
            guard sum >= costOfTask else { continue }
            slices.append(items[start...index])
            start = index + 1
            sum = 0
        }
        if start < items.count { slices.append(items[start...]) }
        return slices
    }
}

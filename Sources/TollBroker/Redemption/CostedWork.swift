/// Work whose cost is known beforehand, spread over all cores.
enum CostedWork {
    /// How large a task is before the next begins: by cost, and by number of items, of which it has
    /// a multiple; an even one where it has many.
    struct Tasks {
        var cost: UInt64 = 1 << 16
        var count = 1
    }

    /// Maps `items` on as many cores as there are, one after the other on each; results keep the
    /// order of the items.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], cost: (Item) -> UInt64,
        _ body: @escaping @Sendable (Item) async -> Result
    ) async -> [Result] {
        await map(items, Tasks(), cost: cost) { slice in
            var results: [Result] = []
            results.reserveCapacity(slice.count)
            for item in slice { results.append(await body(item)) }
            return results
        }
    }

    /// Maps `items` task by task: `body` gives the results of a task's items, in their order.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ tasks: Tasks, cost: (Item) -> UInt64,
        _ body: @escaping @Sendable (ArraySlice<Item>) async -> [Result]
    ) async -> [Result] {
        let slices = slices(items, tasks, cost: cost)
        guard slices.count > 1 else { return await body(items[...]) }
        return await withTaskGroup(of: (Int, [Result]).self) { group in
            for (number, slice) in slices.enumerated() {
                group.addTask { (number, await body(slice)) }
            }
            var parts = [[Result]](repeating: [], count: slices.count)
            for await (number, results) in group { parts[number] = results }
            return parts.flatMap(\.self)
        }
    }

    private static func slices<Item>(
        _ items: [Item], _ tasks: Tasks, cost: (Item) -> UInt64
    ) -> [ArraySlice<Item>] {
        var slices: [ArraySlice<Item>] = []
        var start = 0
        var sum: UInt64 = 0
        for (index, item) in items.enumerated() {
            sum += cost(item)
            let count = index - start + 1
            let multiple = count < 4 * tasks.count ? tasks.count : 2 * tasks.count
            guard sum >= tasks.cost, count.isMultiple(of: multiple) else { continue }
            slices.append(items[start...index])
            start = index + 1
            sum = 0
        }
        if start < items.count { slices.append(items[start...]) }
        return slices
    }
}

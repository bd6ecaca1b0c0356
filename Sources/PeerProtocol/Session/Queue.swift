/// First in, first out, without moving what stays.
struct Queue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }
    /// What waits, in order.
    var waiting: ArraySlice<Element> { elements[head...] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.capacity <= 1024)
            head = 0
        } else if head >= 1024, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return first
    }

    /// Removes the first element for which `distance` is zero; elements stand in its order.
    mutating func remove(where isBelow: (Element) -> Bool, _ isMatch: (Element) -> Bool) -> Element?
    {
        var low = head
        var high = elements.count
        while low < high {
            let middle = low + (high - low) / 2
            if isBelow(elements[middle]) { low = middle + 1 } else { high = middle }
        }
        guard low < elements.count, isMatch(elements[low]) else { return nil }
        if low == head { return popFirst() }
        return elements.remove(at: low)
    }
}

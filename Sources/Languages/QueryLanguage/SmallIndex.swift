/// Where a key stands in a list kept beside it. Few keys are searched one by one; only many get a hash table.
struct SmallIndex<Key: Hashable> {
    private static var searched: Int { 12 }
    private var keys: [Key] = []
    private var table: [Key: Int] = [:]

    var count: Int { keys.count }

    subscript(key: Key) -> Int? {
        if keys.count <= SmallIndex.searched { return keys.firstIndex(of: key) }
        return table[key]
    }

    /// - Parameter key: is not in it yet; gets the position `count`.
    mutating func append(_ key: Key) {
        keys.append(key)
        if keys.count == SmallIndex.searched + 1 {
            for (position, key) in keys.enumerated() { table[key] = position }
        } else if keys.count > SmallIndex.searched {
            table[key] = keys.count - 1
        }
    }
}

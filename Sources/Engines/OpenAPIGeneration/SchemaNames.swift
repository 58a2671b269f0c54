import SchemaModel

/// Names of schemas, operations and tags after collections: decided by the collection's name alone, so that they are the same in every caller's
/// document and tell nothing of other collections. Two collections never share one.
enum SchemaNames {
    /// `blog_posts` -> `BlogPosts`, `directus_users` -> `DirectusUsers`. What is not plain snake case, or ends like a name of ours, gets a hash.
    static func pascal(_ collection: CollectionName) -> String {
        let words = collection.text.split(separator: "_", omittingEmptySubsequences: false)
        let isPlain = words.allSatisfy { word in
            guard let first = word.utf8.first, isLetter(first) else { return false }
            return word.utf8.allSatisfy { isLetter($0) || isDigit($0) }
        }
        let name = words.map(capitalized).joined()
        if isPlain, words.count == 1 || !suffixes.contains(words.last.map(String.init) ?? "") { return taken.contains(name) ? name + "Item" : name }
        return (name.isEmpty ? "Collection" : isDigit(name.utf8.first ?? 0) ? "C" + name : name) + "_"
            + ContentHash.hex(of: collection.text).prefix(8)
    }

    /// `permissions/me/:collection` -> `PermissionsMeByCollection`.
    static func pascal(path: [String]) -> String {
        var name = ""
        var isAfterParameter = false
        for segment in path {
            let isParameter = segment.hasPrefix(":")
            if isParameter { name += isAfterParameter ? "And" : "By" }
            isAfterParameter = isParameter
            name += segment.split { !isLetter($0.asciiValue.map { $0 | 0x20 } ?? 0) && !isDigit($0.asciiValue ?? 0) }.map(capitalized).joined()
        }
        return name
    }

    /// Of system collections the name of their routes: `users`.
    static func tag(_ collection: Collection) -> String {
        collection.isSystem
            ? String(collection.name.text.dropFirst(CollectionName.systemPrefix.count)).capitalizedFirst : "Items: " + collection.name.text
    }

    private static let suffixes: Set<String> = ["create", "update", "item"]

    /// Names that client generators or the document itself use already.
    private static let taken: Set<String> = [
        "Any", "Api", "Apis", "Array", "Boolean", "Class", "Client", "Configuration", "Data", "Date", "Default", "Double", "Enum", "Error",
        "ErrorResponse", "Errors", "Extensions", "Function", "Helpers", "Integer", "Interface", "Int", "List", "Map", "Model", "Models", "Number",
        "Object",
        "Operation", "Protocol", "Record", "Request", "Response", "Result", "Self", "Set", "String", "Symbol", "Type", "Types", "Unit", "Url",
        "Validation", "Void",
    ]

    /// Its ASCII letters and digits. A document has thousands of names.
    private static func capitalized(_ word: some StringProtocol) -> String {
        var bytes = word.utf8.filter { isLetter($0 | 0x20) || isDigit($0) }
        if let first = bytes.first, isLetter(first) { bytes[0] = first & ~0x20 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

import SchemaModel

/// Names of definition files: the collection's name where that is a plain file name, else something like it; no two alike on any disk.
struct FileNames {
    static let access = "access.yaml"
    static let folders = "_folders.yaml"
    private var taken: Set<String> = [FileNames.access, FileNames.folders]

    mutating func name(for collection: CollectionName) -> String {
        var stem = String(
            collection.text.map { character in
                character.isLetter || character.isNumber || character == "_" || character == "-" ? character : "-"
            })
        while stem.utf8.count > 200 { stem.removeLast() }
        if stem.isEmpty { stem = "collection" }
        var name = "\(stem).yaml"
        var number = 2
        while !taken.insert(name.lowercased()).inserted {
            name = "\(stem)-\(number).yaml"
            number += 1
        }
        return name
    }
}

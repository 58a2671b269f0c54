import SchemaModel

/// The words that say a field's type: a `FieldType`, `string(200)`, `decimal(10,2)`, or a relation's short form.
struct TypeWord: Sendable, Equatable {
    enum Meaning: Sendable, Equatable {
        case type(FieldType)
        /// `file`, `user`: many-to-one to a system collection.
        case toOne(CollectionName)
        /// `files`: many-to-many to the files.
        case files
    }
    struct Problem: Error, Equatable {
        var message: String
        var hint: String?
    }

    var meaning: Meaning
    var length: Int?
    var precision: Int?
    var scale: Int?

    static let shortForms: [String: Meaning] = ["file": .toOne("directus_files"), "user": .toOne("directus_users"), "files": .files]
    static let allWords = FieldType.allNamed.map(\.wireName) + ["file", "files", "user"]

    static func parse(_ text: String) -> Result<TypeWord, Problem> {
        guard let open = text.firstIndex(of: "(") else { return word(text).map { TypeWord(meaning: $0) } }
        guard text.hasSuffix(")") else {
            let hint = "in braces a comma ends the text; quote it there: { type: \"decimal(10,2)\" }"
            return .failure(Problem(message: "`\(text)` is no type: `)` is missing", hint: hint))
        }
        let parts = text[text.index(after: open)...].dropLast().split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in Int(part.drop { $0 == " " }) }
        return word(String(text[..<open])).flatMap { meaning in
            guard numbers.count == parts.count else { return .failure(Problem(message: "`\(text)` is no type: the brackets hold whole numbers")) }
            switch (meaning, numbers.count) {
            case (.type(.string), 1):
                guard FieldKey.lengths.contains(numbers[0]) else {
                    return .failure(Problem(message: "a `string` has 1 to \(FieldKey.lengths.upperBound) characters, not \(numbers[0])"))
                }
                return .success(TypeWord(meaning: meaning, length: numbers[0]))
            case (.type(.decimal), 1), (.type(.decimal), 2):
                let scale = numbers.count == 2 ? numbers[1] : 0
                guard (1...1000).contains(numbers[0]), (0...numbers[0]).contains(scale) else {
                    return .failure(Problem(message: "a `decimal` has 1 to 1000 digits, at most all of them behind the point"))
                }
                return .success(TypeWord(meaning: meaning, precision: numbers[0], scale: scale))
            default:
                return .failure(
                    Problem(message: "`\(text)` is no type: `string(length)` and `decimal(precision,scale)` alone have brackets"))
            }
        }
    }

    private static func word(_ text: String) -> Result<Meaning, Problem> {
        if let type = FieldType(wireName: text) { return .success(.type(type)) }
        if let short = shortForms[text] { return .success(short) }
        let hint: String
        if let other = foreignWords[text.lowercased()] {
            hint = other
        } else if let near = Spelling.nearest(to: text, among: allWords) {
            hint = "did you mean `\(near)`?"
        } else {
            hint = "types: " + allWords.joined(separator: ", ")
        }
        return .failure(Problem(message: "`\(text)` is no type", hint: hint))
    }

    /// What other systems call it.
    private static let foreignWords: [String: String] = [
        "varchar": "did you mean `string`?", "char": "did you mean `string`?", "int": "did you mean `integer`?",
        "bool": "did you mean `boolean`?", "bigint": "did you mean `bigInteger`?", "biginteger": "did you mean `bigInteger`?",
        "double": "did you mean `float`?", "real": "did you mean `float`?", "number": "did you mean `integer` or `decimal`?",
        "numeric": "did you mean `decimal`?", "datetime": "did you mean `dateTime` (no zone) or `timestamp` (with zone)?",
        "timestamptz": "did you mean `timestamp`?", "jsonb": "write `{ type: json, jsonb: true }`",
        "enum": "write `{ type: string, choices: [a, b] }`", "m2o": "write `{ to: collection }`",
        "o2m": "write `{ many: collection.field }`", "m2m": "write `{ many: collection, through: junction }`",
        "m2a": "write `{ any: [collections], through: junction }`", "translations": "write `{ translate: [fields] }`",
        "serial": "write `{ type: integer, auto_increment: true }`", "image": "did you mean `file`?", "array": "did you mean `csv` or `json`?",
    ]
}

extension Result where Success == TypeWord, Failure == TypeWord.Problem {
    var word: TypeWord? { if case .success(let word) = self { word } else { nil } }
    var problem: TypeWord.Problem? { if case .failure(let problem) = self { problem } else { nil } }
}

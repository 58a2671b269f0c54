import SchemaModel

/// The relations found so far, by their many side, in order.
struct RelationTable {
    private(set) var relations: [Relation] = []
    private var indexByPath: [FieldPath: Int] = [:]

    mutating func append(_ relation: Relation) {
        let path = FieldPath(relation.manyCollection, relation.manyField.text)
        if indexByPath[path] == nil { indexByPath[path] = relations.count }
        relations.append(relation)
    }

    /// The first relation of a column; a junction of the server's may have a second one.
    subscript(path: FieldPath) -> Relation? {
        get { indexByPath[path].map { relations[$0] } }
        set {
            if let index = indexByPath[path], let newValue { relations[index] = newValue }
        }
    }
}

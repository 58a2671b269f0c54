import JSONText
import SchemaModel

/// Prints the fields of one collection as entries of `fields:`; what the compiler derives is left out.
///
/// - Source: the key tables of SchemaCompiler, and what it derives of them (`FieldBuilding`). Law: what is printed compiles to the same field.
struct FieldPrinter {
    let facts: SchemaFacts
    let collection: CollectionName

    /// - Parameters:
    ///   - base: the field's metadata when its file says nothing about the form.
    ///   - place: its place among the fields of its group, from 1.
    /// - Returns: a type (`title: string`), or a mapping of the keys that say more than the default.
    func entry(for field: Field, base: FieldMeta, place: Int) -> JSONValue {
        let shape = facts.shape(of: field, in: collection)
        var keys = FieldEntry()
        switch shape {
        case .column: printColumn(field, into: &keys)
        case .alias: keys["type"] = "alias"
        case .toOne(let relation): printToOne(field, relation, into: &keys)
        case .anyToOne(let relation): printAnyToOne(field, relation, into: &keys)
        case .oneToMany(let relation): printOneToMany(relation, into: &keys)
        case .manyToMany(let here, let there): printManyToMany(field, here: here, there: there, into: &keys)
        case .manyToAny(let here, let there): printManyToAny(here: here, there: there, into: &keys)
        case .translations(let here, let there): printTranslations(here: here, there: there, into: &keys)
        }
        if let column = field.column { printConstraints(of: column, field, into: &keys) }
        if field.hasMeta {
            printSpecial(of: field, shape, into: &keys)
            printMeta(of: field, base: base, place: place, into: &keys)
        } else {
            keys["meta"] = false
        }
        keys["renamed_from"] = field.renamedFrom.map { .string($0) }
        return keys.shortest
    }
}

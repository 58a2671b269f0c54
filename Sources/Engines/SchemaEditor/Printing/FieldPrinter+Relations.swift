import JSONText
import SchemaCompiler
import SchemaModel

extension FieldPrinter {
    func printToOne(_ field: Field, _ relation: Relation, into keys: inout FieldEntry) {
        guard let column = field.column, let one = relation.oneCollection else { return }
        keys["to"] = name(of: one)
        let target = relation.foreignKey.flatMap { facts.field($0.column, of: one) } ?? facts.key(of: one)
        let derived = target?.column
        let agrees =
            target?.type == field.type && derived?.dataType == column.dataType && derived?.maxLength == column.maxLength
            && derived?.precision == column.precision && derived?.scale == column.scale
        if !agrees {
            keys["type"] = .string(field.type.wireName)
            printType(of: column, against: Column.usual(for: field.type), into: &keys)
        }
        let usual: ForeignKey.Action = column.isNullable ? .setNull : .noAction
        if let key = relation.foreignKey {
            if key.onDelete != usual { keys["on_delete"] = FieldPrinter.word(key.onDelete) }
            let details = foreignKey(key, of: relation, target: facts.key(of: one))
            if !details.isEmpty { keys["foreign_key"] = .object(details) }
        } else {
            keys["foreign_key"] = false
        }
        printRest(of: relation, into: &keys)
    }

    private func foreignKey(_ key: ForeignKey, of relation: Relation, target: Field?) -> JSONObject {
        var details: [(String, JSONValue)] = []
        let table = facts.collection(collection)?.table?.name ?? collection.text
        if key.constraintName != ForeignKeyName.derive(table: table, field: relation.manyField.text) {
            details.append(("name", .string(key.constraintName)))
        }
        if key.onUpdate != .noAction { details.append(("on_update", FieldPrinter.word(key.onUpdate))) }
        if key.column != target?.name { details.append(("column", .string(key.column.text))) }
        return JSONObject(details)
    }

    func printAnyToOne(_ field: Field, _ relation: Relation, into keys: inout FieldEntry) {
        guard let column = field.column else { return }
        keys["type"] = .string(field.type.wireName)
        printType(of: column, against: Column.usual(for: field.type), into: &keys)
        if facts.isAnyImplied(relation) { return }
        if keys["type"] == "string" { keys["type"] = Optional.none }
        keys["any"] = names(relation.oneAllowedCollections ?? [])
        if let name = relation.oneCollectionField, name != "collection" { keys["collection_field"] = .string(name.text) }
        printRest(of: relation, into: &keys)
    }

    /// What no list in a file says of the relation.
    private func printRest(of relation: Relation, into keys: inout FieldEntry) {
        let said = facts.saidByLists(of: relation)
        if relation.oneField != said.oneField { keys["one_field"] = .text(relation.oneField?.text) }
        if relation.junctionField != said.junctionField { keys["junction_field"] = .text(relation.junctionField?.text) }
        if relation.sortField != said.sortField { keys["sort_field"] = .text(relation.sortField?.text) }
        if relation.oneDeselectAction != said.oneDeselectAction { keys["on_deselect"] = .string(relation.oneDeselectAction.rawValue) }
        if !relation.hasMeta { keys["relation_meta"] = false }
    }

    func printOneToMany(_ relation: Relation, into keys: inout FieldEntry) {
        let many = relation.manyCollection
        keys["many"] = .string("\(many == collection ? "self" : many.text).\(relation.manyField)")
        printList(relation, into: &keys)
    }

    private func printList(_ here: Relation, into keys: inout FieldEntry) {
        if let sort = here.sortField { keys["sort"] = .string(sort.text) }
        if here.oneDeselectAction != .nullify { keys["on_deselect"] = .string(here.oneDeselectAction.rawValue) }
    }

    func printManyToMany(_ field: Field, here: Relation, there: Relation, into keys: inout FieldEntry) {
        guard let far = there.oneCollection else { return }
        if far == "directus_files" { keys["type"] = "files" } else { keys["many"] = name(of: far) }
        let junction = here.manyCollection.text
        if far != "directus_files" || junction != "\(collection)_\(field.name)" { keys["through"] = .string(junction) }
        printEnds(here: here, there: there, far: far, into: &keys)
        printList(here, into: &keys)
        printOfMade(here, there, into: &keys)
    }

    func printManyToAny(here: Relation, there: Relation, into keys: inout FieldEntry) {
        keys["any"] = names(there.oneAllowedCollections ?? [])
        keys["through"] = .string(here.manyCollection.text)
        if here.manyField != usualEnd(of: here, at: collection) { keys["here"] = .string(here.manyField.text) }
        if there.manyField != "item" { keys["there"] = .string(there.manyField.text) }
        if let name = there.oneCollectionField, name != "collection" { keys["collection_field"] = .string(name.text) }
        printList(here, into: &keys)
        printOfMade(here, there, into: &keys)
    }

    /// What a junction without a file of its own does otherwise.
    private func printOfMade(_ here: Relation, _ there: Relation, into keys: inout FieldEntry) {
        guard facts.made.contains(here.manyCollection) else { return }
        keys["on_deselect"] = here.oneDeselectAction == .delete ? Optional.none : .string(here.oneDeselectAction.rawValue)
        if let action = (here.foreignKey ?? there.foreignKey)?.onDelete, action != .cascade { keys["on_delete"] = FieldPrinter.word(action) }
    }

    func printTranslations(here: Relation, there: Relation, into keys: inout FieldEntry) {
        guard let languages = there.oneCollection else { return }
        keys["languages"] = name(of: languages)
        if here.manyCollection.text != "\(collection)_translations" { keys["through"] = .string(here.manyCollection.text) }
        printEnds(here: here, there: there, far: languages, into: &keys)
        if here.oneDeselectAction != .nullify { keys["on_deselect"] = .string(here.oneDeselectAction.rawValue) }
    }

    /// `here` and `there`, where the junction does not have just one field for each.
    private func printEnds(here: Relation, there: Relation, far: CollectionName, into keys: inout FieldEntry) {
        if here.manyField != usualEnd(of: here, at: collection) { keys["here"] = .string(here.manyField.text) }
        var usual = usualEnd(of: there, at: far, without: here.manyField)
        if usual == here.manyField { usual = FieldName("\(here.manyField)2") }
        if there.manyField != usual { keys["there"] = .string(there.manyField.text) }
    }

    /// The junction's column that the compiler takes when none is named: the only one that points there, or the default name of a new one.
    private func usualEnd(of relation: Relation, at target: CollectionName, without other: FieldName? = nil) -> FieldName? {
        let junction = relation.manyCollection
        if facts.made.contains(junction) { return facts.key(of: target).map { FieldName("\(target)_\($0.name)") } }
        let columns = facts.schema.relations.filter { $0.manyCollection == junction && $0.oneCollection == target && $0.manyField != other }
        return columns.count == 1 ? columns[0].manyField : nil
    }

    private func name(of other: CollectionName) -> JSONValue { other == collection ? "self" : .string(other.text) }
    private func names(_ collections: [CollectionName]) -> JSONValue { .array(collections.map { .string($0.text) }) }

    static func word(_ action: ForeignKey.Action) -> JSONValue { .string(action.rawValue.lowercased()) }
}

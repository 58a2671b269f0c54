import JSONText
import SchemaModel

/// Step 5: columns that point somewhere, and the lists that show them on the other side.
extension Linking {
    mutating func buildRelations() {
        for owner in drafts.indices {
            for field in drafts[owner].fields {
                switch field.form {
                case .toOne: addToOne(field, owner)
                case .anyToOne:
                    let column = AnyColumn(
                        allowed: field.keys.names(.any) ?? [],
                        collectionField: field.keys.name(.collectionField) ?? Located(value: "collection", location: field.location))
                    addAnyToOne(field, owner, column)
                case .column:
                    if let column = impliedAny[FieldPath(drafts[owner].name, field.name)] { addAnyToOne(field, owner, column) }
                case .alias, .oneToMany, .manyToMany, .manyToAny, .translations: break
                }
            }
        }
        for link in links { apply(link) }
    }

    private mutating func addToOne(_ field: FieldDraft, _ owner: Int) {
        let draft = drafts[owner]
        guard let name = field.keys.name(.to)?.value, let table = draft.table,
            let target = name == "self" ? owner : indexByName[CollectionName(name)], !drafts[target].isFolder
        else { return }
        var relation = Relation(manyCollection: draft.name, manyField: FieldName(field.name), oneCollection: drafts[target].name)
        let foreign = field.keys.nested(.foreignKey, ForeignKeyKey.self)
        if field.keys.flag(.foreignKey) != false {
            let isNullable = field.keys.flag(.nullable) ?? (field.keys.flag(.required) != true && draft.key.text != field.name)
            let said = field.keys.word(.onDelete).flatMap(Linking.action)
            if said == .setNull, !isNullable { warnOfImpossibleNull(field) }
            relation.foreignKey = ForeignKey(
                constraintName: foreign?.text(.name) ?? ForeignKeyName.derive(table: table.name, field: field.name),
                column: (foreign?.text(.column)).map { FieldName($0) } ?? drafts[target].key,
                onDelete: said ?? (isNullable ? .setNull : .noAction), onUpdate: foreign?.word(.onUpdate).flatMap(Linking.action) ?? .noAction)
            if let name = foreign?.name(.name), let fault = NameRules.faultOfAny(name.value, "foreign key") {
                report(fault.code, fault.message, at: name.location)
            }
            checkType(of: field, against: target, foreign)
        } else if field.keys.has(.onDelete) {
            report(
                "contradiction", "without a foreign key nothing happens `on_delete`", at: field.keys.location(of: .onDelete))
        }
        finish(&relation, field, owner)
    }

    private mutating func warnOfImpossibleNull(_ field: FieldDraft) {
        report(
            "impossible-null", "`\(field.name)` can't be empty, so `on_delete: set null` refuses the deletion",
            at: field.keys.location(of: .onDelete),
            hint: "say `restrict` or `cascade`", severity: .warning)
    }

    /// A column of another type than the key can't have a foreign key.
    private mutating func checkType(of field: FieldDraft, against target: Int, _ foreign: KeyedNode<ForeignKeyKey>?) {
        guard foreign?.has(.column) != true, let own = ColumnTypeReading.type(of: field.declaration), let key = keyType(of: target) else { return }
        let families = [["character varying", "text", "character"], ["integer", "bigint", "smallint", "numeric"]]
        let isSame = own.dataType == key.dataType || families.contains { $0.contains(own.dataType) && $0.contains(key.dataType) }
        if !isSame {
            report(
                "wrong-type", "`\(field.name)` is `\(own.dataType)`, the key of `\(drafts[target].name)` is `\(key.dataType)`",
                at: field.declaration.type?.location ?? field.location, hint: "leave `type` out, or say `foreign_key: false`")
        }
    }

    private mutating func addAnyToOne(_ field: FieldDraft, _ owner: Int, _ column: AnyColumn) {
        let draft = drafts[owner]
        for name in column.allowed where field.form == .anyToOne { _ = target(name, from: owner) }
        if let other = draft.field(column.collectionField.value) {
            if !other.form.hasColumn {
                report("wrong-type", "`\(other.name)` has no column for the collection's name", at: column.collectionField.location)
            }
        } else {
            reportUnknown(field: column.collectionField, of: owner)
        }
        var relation = Relation(
            manyCollection: draft.name, manyField: FieldName(field.name), oneCollection: nil,
            oneCollectionField: FieldName(column.collectionField.value),
            oneAllowedCollections: column.allowed.map { CollectionName($0.value == "self" ? draft.name.text : $0.value) })
        finish(&relation, field, owner)
    }

    private mutating func finish(_ relation: inout Relation, _ field: FieldDraft, _ owner: Int) {
        let keys = field.keys
        relation.oneField = keys.text(.oneField).map { FieldName($0) }
        for key in [FieldKey.junctionField, .sortField] {
            if let name = keys.name(key), drafts[owner].field(name.value) == nil { reportUnknown(field: name, of: owner) }
        }
        relation.junctionField = keys.text(.junctionField).map { FieldName($0) }
        relation.sortField = keys.text(.sortField).map { FieldName($0) }
        relation.oneDeselectAction = keys.word(.onDeselect).flatMap { Relation.DeselectAction(rawValue: $0) } ?? .nullify
        relation.hasMeta = keys.flag(.relationMeta) ?? true
        relation.origin = field.location
        relation.isSystem = field.isSystem
        if !relation.hasMeta {
            for key in [FieldKey.oneField, .junctionField, .sortField, .onDeselect] where keys.has(key) {
                report("contradiction", "`relation_meta: false` leaves no place for `\(key.rawValue)`", at: keys.location(of: key))
            }
        }
        relations.append(relation)
    }

    /// Shows a relation's list on its one side.
    private mutating func apply(_ link: ListLink) {
        guard var relation = relations[link.many] else { return }
        let alias = FieldName(link.field.name)
        let path = "\(link.many.collection).\(link.many.field)"
        if let taken = relation.oneField, taken != alias {
            guard drafts[link.owner].isSystem, link.junctionField != nil else {
                return report(
                    "taken-relation", "`\(path)` is shown as `\(relation.oneCollection ?? "").\(taken)` already", at: link.field.location,
                    hint: "a relation has one list on its other side")
            }
            relation.foreignKey = nil
            relation.oneField = nil
            relation.junctionField = nil
            relations.append(completed(relation, by: link, alias))
            return
        }
        relations[link.many] = completed(relation, by: link, alias)
        guard let junctionField = link.junctionField else { return }
        let other = FieldPath(link.many.collection, junctionField)
        if relations[other]?.junctionField == nil, relations[other]?.hasMeta == true {
            relations[other]?.junctionField = FieldName(link.many.field)
        }
    }

    private mutating func completed(_ relation: Relation, by link: ListLink, _ alias: FieldName) -> Relation {
        var relation = relation
        relation.oneField = alias
        if !relation.hasMeta {
            report(
                "contradiction", "`\(link.many.field)` says `relation_meta: false`, so no list can show it", at: link.field.location)
        }
        if let junctionField = link.junctionField { relation.junctionField = FieldName(junctionField) }
        if let sort = link.sort {
            if let index = indexByName[link.many.collection], drafts[index].field(sort.value)?.form.hasColumn != true {
                reportUnknown(field: sort, of: index)
            }
            relation.sortField = FieldName(sort.value)
        }
        let pointer = draft(link.many.collection)?.field(link.many.field)
        if link.junctionField != nil, pointer?.isDerived == true { relation.oneDeselectAction = .delete }
        if let said = link.field.keys.word(.onDeselect).flatMap({ Relation.DeselectAction(rawValue: $0) }) {
            if let other = pointer?.keys.word(.onDeselect), other != said.rawValue {
                report(
                    "contradiction", "`on_deselect` is `\(other)` on `\(link.many.collection).\(link.many.field)`",
                    at: link.field.keys.location(of: .onDeselect))
            }
            relation.oneDeselectAction = said
        }
        return relation
    }

    static func action(_ word: String) -> ForeignKey.Action? { ForeignKey.Action(rawValue: word.uppercased()) }
}

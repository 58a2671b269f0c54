import JSONText
import SchemaModel

/// Step 2: translated fields move to their table.
extension Linking {
    mutating func linkTranslations() {
        for owner in drafts.indices {
            for field in drafts[owner].fields where field.form == .translations { link(translations: field, of: owner) }
        }
    }

    private mutating func link(translations field: FieldDraft, of owner: Int) {
        let languagesName = field.keys.name(.languages) ?? Located(value: "languages", location: field.location)
        guard let languages = languages(languagesName, field, owner) else { return }
        let through = field.keys.name(.through) ?? Located(value: "\(drafts[owner].name)_translations", location: field.location)
        guard let table = junction(through, for: owner, .translations),
            let here = pointerField(.here, of: field, in: table, to: owner, avoiding: nil),
            let there = pointerField(.there, of: field, in: table, to: languages, avoiding: here.value),
            ensurePointer(here, in: table, to: owner, like: field), ensurePointer(there, in: table, to: languages, like: field)
        else { return }
        for name in field.keys.names(.translate) ?? [] { move(name, from: owner, to: table, alias: field.name) }
        links.append(
            ListLink(owner: owner, field: field, many: FieldPath(drafts[table].name, here.value), junctionField: there.value, sort: nil))
    }

    private mutating func languages(_ name: Located<String>, _ field: FieldDraft, _ owner: Int) -> Int? {
        if indexByName[CollectionName(name.value)] == nil, !field.keys.has(.languages) {
            report(
                "unknown-collection", "translations need a collection of languages; no file defines `languages`", at: name.location,
                hint:
                    "add `collection: languages` with `fields: { code: { type: string, primary: true }, name: string }`, or say `languages: <collection>`"
            )
            return nil
        }
        return target(name, from: owner)
    }

    private mutating func move(_ name: Located<String>, from owner: Int, to table: Int, alias: String) {
        let draft = drafts[owner]
        guard let field = draft.field(name.value) else {
            if drafts[table].field(name.value) == nil && !drafts[table].isUnreadable(name.value) { reportUnknown(field: name, of: owner) }
            return
        }
        if field.name == draft.key.text {
            return report("impossible-translation", "the key `\(field.name)` can't be translated", at: name.location)
        }
        guard field.form.hasColumn else {
            return report("impossible-translation", "`\(field.name)` has no column and can't be translated", at: name.location)
        }
        if drafts[table].field(name.value) != nil {
            return report(
                "impossible-translation", "`\(name.value)` stands in `\(draft.name)` and in `\(drafts[table].name)`", at: name.location,
                hint: "write it in one of them")
        }
        if drafts[owner].isSystem, field.isSystem {
            return report("impossible-translation", "`\(field.name)` is built in and can't be translated", at: name.location)
        }
        guard let moved = drafts[owner].remove(name.value) else { return }
        drafts[owner].moved[name.value] = Draft.Move(alias: alias, collection: drafts[table].name)
        drafts[table].append(moved)
    }
}

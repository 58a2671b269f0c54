import JSONText
import SchemaCompiler
import SchemaEditor
import SchemaModel
import Testing

@Suite struct SchemaPrinterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var files: [String]
        var testDescription: String { name }
    }

    static let languages = "collection: languages\nfields: { code: { type: string, length: 5, primary: true }, name: string }\n"
    static let cases = [
        Case(name: "nothing", files: []),
        Case(
            name: "every column key",
            files: [
                """
                collection: posts
                note: "Articles: shown on the site"
                icon: article
                color: "#FFF"
                display: "{{title}}"
                sort: position
                archive: { field: status, value: archived, restore: draft, filter: false }
                versioning: true
                accountability: none
                duplicate: []
                preview_url: "https://x/${A:-b}?$${c}"
                translations: [{ language: en-US, translation: Posts }]
                menu_sort: -3
                collapse: closed
                fields:
                  id: uuid
                  position: integer
                  status: { type: string, choices: [draft, published, { value: archived, text: Gone, icon: x, color: "#000" }], default: draft, required: true }
                  kind: { type: integer, choices: [1, 2], validate: { _gt: 0 }, message: No, options: { allowOther: false } }
                  title: { type: string, length: 200, required: true, search: false }
                  slug: { type: string, unique: true, validate: { _regex: "^[a-z0-9-]+$" } }
                  both: { type: string, validate: { _and: [{ both: { _neq: a } }, { slug: { _nnull: true } }] }, form_required: true }
                  body: text
                  price: decimal(10,2)
                  digits: { type: decimal, precision: 5 }
                  raw: { type: integer, column: numeric }
                  small: { type: integer, column: smallint, default: 3 }
                  code: { type: string, column: char(3) }
                  endless: { type: string, length: null }
                  tags: { type: csv, default: "a,b" }
                  secret: hash
                  open_hash: { type: hash, conceal: false }
                  pin: { type: string, conceal: true }
                  data: { type: json, default: { json: { sql: x } } }
                  list: { type: json, jsonb: true, index: true, default: [1, { a: null }] }
                  quoted: { type: json, default: { json: " [1, 2" } }
                  binary: binary
                  place: { type: geometry.Point }
                  arr: { type: unknown, column: "integer[]", default: { sql: "'{}'" } }
                  big: { type: bigInteger, default: 9007199254740993 }
                  is: { type: boolean, default: false, special: [] }
                  at: { type: timestamp, default: now, on_create: now, on_update: now }
                  day: { type: date, default: "2024-02-29", comment: "It's a day" }
                  week: { type: date, default: { sql: "CURRENT_DATE" } }
                  word: { type: string, default: now }
                  token: { type: uuid, default: uuid }
                  made: { type: uuid, on_create: uuid }
                  maker: { to: directus_users, on_create: user }
                  role: { type: uuid, on_update: role }
                  twice: { type: integer, generated: { sql: "position * 2" } }
                  plain: { type: string, meta: false }
                  order: { type: integer, form_sort: 99 }
                  place_of_none: { type: integer, form_sort: null }
                  tabs: { type: alias, interface: group-tabs }
                  inner: { type: string, group: tabs, width: half, readonly: true, hidden: true, interface: null, options: { a: "$${b}" } }
                  divider: { type: alias, interface: presentation-divider, group: tabs, note: "two\\nlines" }
                  odd: { type: alias, special: [alias, weird] }
                indexes:
                  - [status, slug]
                  - { fields: [title], using: gin_trgm }
                  - { fields: [title, slug], unique: true, where: "status <> 'archived'", name: mine }
                checks:
                  - "position > 0"
                  - { name: small_enough, sql: "small < 9" }
                """
            ]),
        Case(
            name: "every relation form",
            files: [
                languages,
                """
                collection: posts
                fields:
                  id: integer
                  title: { type: string, note: translated }
                  cover: file
                  owner: user
                  gallery: files
                  parent: { to: self, on_delete: cascade }
                  children: { many: self.parent, sort: position }
                  position: integer
                  author: { to: people, nullable: false, on_delete: restrict, foreign_key: { name: mine, on_update: cascade } }
                  loose: { to: people, foreign_key: false, index: true }
                  by_code: { to: people, foreign_key: { column: code } }
                  comments: { many: comments, by: post, on_deselect: delete }
                  tags: { many: tags, through: posts_tags, sort: sort }
                  friends: { many: self, through: friendships, here: one, there: other }
                  blocks: { any: [heroes, texts], through: posts_blocks, sort: sort, on_delete: set null, on_deselect: nullify }
                  translations: { translate: [title], languages: languages }
                """,
                "collection: people\nfields: { id: uuid, code: { type: string, unique: true }, posts: { many: posts.author } }",
                "collection: comments\nfields: { id: integer, text: text }",
                "collection: tags\nfields: { slug: { type: string, primary: true }, posts: { many: posts, through: posts_tags } }",
                "collection: heroes\nfields: { id: uuid }", "collection: texts\nfields: { id: bigInteger }",
            ]),
        Case(
            name: "junctions in files",
            files: [
                languages,
                "collection: a\nfields: { id: integer, bs: { many: b, through: a_b, on_deselect: delete }, any: { any: [b], through: m } }",
                "collection: b\nfields: { id: integer, texts: { languages: languages, through: words } }",
                "collection: a_b\nfields: { id: integer, a: { to: a, on_delete: cascade, note: x }, b: { to: b, special: [] }, extra: json }",
                "collection: m\nform: plain\nfields: { id: uuid, here: { to: a }, item: { type: string, length: 36 }, collection: string }",
                "collection: words\nfields: { id: integer, b: { to: b }, lang: { to: languages, junction_field: b }, text: text }",
            ]),
        Case(
            name: "raw relations",
            files: [
                "collection: a\nfields: { id: integer, x: { to: b, one_field: ghost, sort_field: id, on_deselect: delete }, y: { to: b, relation_meta: false } }",
                "collection: b\nfields: { id: integer, any: { any: [a, b], collection_field: kind, junction_field: kind }, kind: { type: string, length: 64 } }",
            ]),
        Case(
            name: "folders, groups, singletons, tables elsewhere",
            files: [
                "folder: site\nicon: x\nmenu_sort: 1\n---\nfolder: deep\ngroup: site\nhidden: true\ntranslations: [{ language: de, translation: Tief }]\n",
                "collection: home\ngroup: deep\nsingleton: true\nfields: { id: integer }",
                "collection: old\ntable: legacy.tbl\nmanaged: false\nfields: { key: { type: integer, column: smallint, primary: true, auto_increment: false } }",
                "collection: untold\nmeta: false\nfields: { id: { type: integer, meta: false } }",
                "collection: renamed\nrenamed_from: before\nfields: { id: uuid, a: { type: integer, renamed_from: b, using: \"b::integer\" } }",
            ]),
        Case(
            name: "awkward names",
            files: [
                "collection: \"no\"\nfields: { id: integer, \"null\": string, \"123\": integer, \"a b\": text, \"it's\": json, \"say \\\"x\\\"\": date, \"true\": { to: self }, \"- x\": uuid, \"ключ\": time, \"${x}\": string, \"trues\": { many: \"self.true\" } }",
                "collection: \"123\"\nfields: { id: integer }",
                "collection: it's\nfields: { id: integer, \"yes\": { many: \"no\", through: \"~\" } }",
                "collection: access\nfields: { id: integer }", "collection: Access\nfields: { id: integer }",
                "collection: _folders\nfields: { id: integer }",
                "collection: \"#-a\"\nfields: { id: integer }",
            ]),
        Case(
            name: "additions to system collections",
            files: [
                "collection: directus_users\nfields: { bio: text, a: { type: string, interface: null }, b: { type: date, interface: null }, c: { type: csv, interface: null }, boss: { to: self }, team: { many: self.boss }, posts: { many: posts.author } }\nindexes: [[last_name], [bio, title]]\n",
                "collection: posts\nfields: { id: integer, author: { to: directus_users } }",
                "collection: directus_files\nindexes: [[type]]\n",
            ]),
        Case(
            name: "access",
            files: [
                """
                roles:
                  editor: { name: Chief, icon: edit, policies: [editors, public], parent: staff, description: "$${x}" }
                  staff: { id: 11111111-2222-4333-8444-555555555555 }
                policies:
                  editors: { app: true, ip: [10.0.0.0/8], enforce_tfa: true, description: d }
                  readers: { }
                  root: { admin: true, icon: x, id: 11111111-2222-4333-8444-555555555556, name: The root }
                  public: { name: Everyone }
                """,
                """
                collection: posts
                fields: { id: integer, title: string, author: { to: directus_users } }
                permissions:
                  public:
                    read: { fields: [id, title], where: { title: { _eq: published } } }
                  editors:
                    create: { preset: { title: x }, validate: { title: { _nnull: true } } }
                    read: all
                    update: { fields: [], where: { author: { _eq: $CURRENT_USER } } }
                    delete: { where: { title: { _in: [a, b] } } }
                    share: all
                  readers:
                    read: { fields: [id, author.first_name], where: { title: { _eq: published } } }
                """,
                "collection: directus_folders\npermissions: { editors: { read: all } }\n",
            ]),
    ]

    @Test(arguments: cases) func printsWhatCompilesToTheSame(_ example: Case) throws {
        let environment = ["A": "env"]
        let files = example.files.enumerated().map { SourceFile(path: "\($0.offset).yaml", text: $0.element) }
        let first = SchemaCompiler.compile(files: files, environment: environment)
        #expect(first.errors == [])
        let schema = UserSchema(of: try #require(first.snapshot), builtIn: BuiltIn.snapshot)
        let printed = SchemaPrinter.files(of: schema)
        let second = SchemaCompiler.compile(files: printed, environment: [:])
        #expect(second.errors == [], "\(printed.map(\.text).joined(separator: "\n"))")
        let again = UserSchema(of: try #require(second.snapshot), builtIn: BuiltIn.snapshot)
        expectSame(schema.withoutOrigins, again.withoutOrigins)
        #expect(SchemaPrinter.files(of: again) == printed, "printing is stable")
    }

    /// What a snapshot can say of each schema comes back from import and export, as YAML and as JSON.
    @Test(arguments: cases) func importsItsOwnExport(_ example: Case) throws {
        let files = example.files.enumerated().map { SourceFile(path: "\($0.offset).yaml", text: $0.element) }
        let compiled = SchemaCompiler.compile(files: files, environment: ["A": "env"])
        let schema = UserSchema(of: try #require(compiled.snapshot), builtIn: BuiltIn.snapshot)
        let snapshot = DirectusSnapshot.json(of: schema, scope: .everything)
        for text in [ExportYAML.text(snapshot), snapshot.text] {
            let imported = try SnapshotImport.files(from: text, file: "snapshot")
            #expect(imported.diagnostics.filter { $0.severity == .error } == [])
            #expect(imported.report.lines == [])
            let again = try #require(SchemaCompiler.compile(files: imported.files, environment: [:]).snapshot)
            let found = DirectusSnapshot.json(of: UserSchema(of: again, builtIn: BuiltIn.snapshot), scope: .everything)
            #expect(SnapshotComparison.differences(snapshot, found) == [])
        }
    }

    /// The order of collections, relations and permissions across files has no meaning.
    private func expectSame(_ a: UserSchema, _ b: UserSchema) {
        #expect(a.collections.map(\.name).sorted() == b.collections.map(\.name).sorted())
        for collection in a.collections {
            let other = b.collections.first { $0.name == collection.name }
            for (field, twin) in zip(collection.fields, other?.fields ?? []) { #expect(field == twin) }
            #expect(collection == other)
        }
        #expect(a.additions.sorted { $0.collection < $1.collection } == b.additions.sorted { $0.collection < $1.collection })
        let order = { (a: Relation, b: Relation) in (a.manyCollection, a.manyField) < (b.manyCollection, b.manyField) }
        for (relation, twin) in zip(a.relations.sorted(by: order), b.relations.sorted(by: order)) { #expect(relation == twin) }
        #expect(a.relations.count == b.relations.count)
        #expect(a.access.roles == b.access.roles)
        #expect(a.access.policies == b.access.policies)
        for permission in a.access.permissions { #expect(b.access.permissions.contains(permission), "\(permission)") }
        #expect(a.access.permissions.count == b.access.permissions.count)
    }
}

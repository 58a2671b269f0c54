import SchemaCompiler
import SchemaModel
import Testing

/// A choir's archive: every kind of relation, circles among them, in texts of our own.
enum Choir {
    static let yaml: [(path: String, text: String)] = [
        (
            "people.yaml",
            """
            collection: singers
            fields:
              id: { type: uuid }
              name: { type: string, length: 20, required: true }
              teacher: { to: self }
              favourite: { to: songs }
              account: { to: directus_users }
              since: { type: timestamp, on_create: now }
              added_by: { to: directus_users, on_create: user }
              door_code: { type: hash }
            """
        ),
        (
            "songs.yaml",
            """
            collection: songs
            fields:
              id: { type: integer, auto_increment: true, primary: true }
              singer: { to: singers, required: true }
              sheet: { to: directus_files }
              catalogue: { type: string, unique: true }
              shelf: { type: integer, unique: true }
              voices: { type: json }
              tempo: { type: decimal, precision: 6, scale: 2 }
              labels: { many: labels, through: songs_labels }
              title: string
              translations: { translate: [title] }
            """
        ),
        ("languages.yaml", "collection: languages\nfields:\n  code: { type: string, primary: true }\n  name: string\n"),
        ("labels.yaml", "collection: labels\nfields:\n  id: { type: integer, auto_increment: true, primary: true }\n  text: string\n"),
        (
            "programmes.yaml",
            """
            collection: programmes
            fields:
              id: { type: uuid }
              name: string
              parts: { any: [songs, pauses], through: programmes_parts }
            """
        ),
        ("pauses.yaml", "collection: pauses\nfields:\n  id: { type: uuid }\n  minutes: integer\n"),
        ("hall.yaml", "collection: hall\nsingleton: true\nfields:\n  id: { type: integer, primary: true }\n  name: string\n  seats: integer\n"),
        ("locks.yaml", "collection: locks\nfields:\n  id: { type: uuid }\n  other: { to: keyholes, required: true }\n"),
        ("keyholes.yaml", "collection: keyholes\nfields:\n  id: { type: uuid }\n  other: { to: locks, required: true }\n"),
        ("seats.yaml", "collection: seats\nfields:\n  id: { type: uuid }\n  before: { to: self, required: true }\n"),
    ]

    static func schema() throws -> SchemaSnapshot {
        let result = SchemaCompiler.compile(files: yaml.map { SourceFile(path: $0.path, text: $0.text) }, environment: [:])
        return try #require(result.snapshot, "\(result.diagnostics)")
    }

    /// Keys that are told apart at a glance: `key("a", 1)`.
    static func key(_ kind: Character, _ number: Int) -> String { "\(kind)0000000-0000-4000-8000-00000000000\(number)" }

    static let hash = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IG9mIG91cnM$RZy2rFpCqZrUqTfVQ3p0Dqf4x4m3q0kJ0Yl5V0v0V0g"

    /// The whole template.
    static let files: [(name: String, text: String)] =
        rights + people + [
            (
                "folders.json",
                #"[{"id":"\#(key("f", 2))","name":"Altos","parent":"\#(key("f", 1))"},{"id":"\#(key("f", 1))","name":"Sheets","parent":null}]"#
            ),
            (
                "files.json",
                """
                [{"id":"\(key("5", 1))","storage":"cloud","filename_disk":"\(key("5", 1)).txt","filename_download":"alto.txt","type":"text/plain",
                  "title":"Alto","folder":"\(key("f", 2))","uploaded_by":"\(key("a", 1))","created_on":"2020-02-03T04:05:06.000Z","filesize":"99"},
                 {"id":"\(key("5", 2))","storage":"local","filename_disk":"\(key("5", 2)).pdf","filename_download":"lost.pdf","type":"application/pdf",
                  "title":"Lost","uploaded_by":null,"created_on":"2020-02-03T04:05:06.000Z","filesize":"12"}]
                """
            ),
            (
                "content/singers.json",
                """
                [{"id":"\(key("b", 1))","name":"Ada","teacher":"\(key("b", 2))","favourite":7,"account":"\(key("a", 1))","songs":[7],
                  "since":"2019-01-02T03:04:05.000Z","added_by":"\(key("a", 1))","door_code":"\(hash)"},
                 {"id":"\(key("b", 2))","name":"Bea","teacher":"\(key("b", 3))","favourite":null,"account":null,"since":null,"added_by":null,"door_code":null},
                 {"id":"\(key("b", 3))","name":"Cleo","teacher":"\(key("b", 2))","favourite":7,"account":null,"since":null,"added_by":null,
                  "door_code":"**********"}]
                """
            ),
            (
                "content/songs.json",
                """
                [{"id":7,"singer":"\(key("b", 1))","sheet":"\(key("5", 1))","catalogue":"C7","voices":["alto",{"tenor":2}],"tempo":"92.50","labels":[1,2],"translations":[1,2]},
                 {"id":9,"singer":"\(key("b", 2))","sheet":null,"catalogue":"C9","voices":null,"tempo":null,"labels":[],"translations":[]}]
                """
            ),
            ("content/languages.json", #"[{"code":"de","name":"German"},{"code":"en","name":"English"}]"#),
            (
                "content/songs_translations.json",
                #"[{"id":1,"songs_id":7,"languages_code":"en","title":"Evening"},{"id":2,"songs_id":7,"languages_code":"de","title":"Abend"}]"#
            ),
            ("content/labels.json", #"[{"id":1,"text":"quiet"},{"id":2,"text":"old"}]"#),
            ("content/songs_labels.json", #"[{"id":1,"songs_id":7,"labels_id":1},{"id":2,"songs_id":7,"labels_id":2}]"#),
            ("content/programmes.json", #"[{"id":"\#(key("d", 1))","name":"Spring","parts":[1,2]}]"#),
            ("content/pauses.json", #"[{"id":"\#(key("c", 1))","minutes":15}]"#),
            (
                "content/programmes_parts.json",
                """
                [{"id":1,"programmes_id":"\(key("d", 1))","collection":"songs","item":"7"},
                 {"id":2,"programmes_id":"\(key("d", 1))","collection":"pauses","item":"\(key("c", 1))"}]
                """
            ),
            ("content/hall.json", #"{"id":1,"name":"Old mill","seats":120}"#),
            (
                "settings.json",
                #"{"id":1,"project_name":"Choir","license_key":null,"storage_default_folder":"\#(key("f", 1))","project_hymn":"none"}"#
            ),
            (
                "presets.json",
                #"[{"bookmark":null,"user":null,"role":null,"collection":"songs","layout":"tabular"},{"bookmark":"Mine","user":null,"role":null,"collection":"songs"}]"#
            ),
            (
                "flows.json",
                #"[{"id":"\#(key("e", 1))","name":"Bell","status":"active","trigger":"manual","operation":"\#(key("e", 3))","operations":null,"user_created":"\#(key("a", 9))"}]"#
            ),
            (
                "operations.json",
                """
                [{"id":"\(key("e", 3))","key":"ring","type":"log","position_x":1,"position_y":1,"resolve":"\(key("e", 4))","reject":null,"flow":"\(key("e", 1))"},
                 {"id":"\(key("e", 4))","key":"rest","type":"log","position_x":2,"position_y":1,"resolve":null,"reject":null,"flow":"\(key("e", 1))"}]
                """
            ),
            (
                "extensions.json",
                #"[{"id":"\#(key("e", 8))","bundle":null,"meta":{"id":"\#(key("e", 8))","enabled":true,"folder":"x","source":"registry","bundle":null}}]"#
            ),
            ("collections.json", "[]"), ("notes.json", "{}"),
        ]

    private static let rights: [(name: String, text: String)] = [
        (
            "roles.json",
            #"[{"id":"\#(key("1", 2))","name":"Altos","parent":"\#(key("1", 1))","users":[]},{"id":"\#(key("1", 1))","name":"Singers","parent":null}]"#
        ),
        (
            "policies.json",
            """
            [{"id":"abf8a154-5b1c-4a46-ac9c-7300570f4f17","name":"Listeners","icon":"hearing","description":"Whoever passes by","admin_access":false,
              "app_access":false,"enforce_tfa":false,"ip_access":null},
             {"id":"\(key("2", 1))","name":"Singing","icon":"badge","description":null,"admin_access":false,"app_access":true,"enforce_tfa":false,"ip_access":null}]
            """
        ),
        (
            "permissions.json",
            """
            [{"collection":"songs","action":"read","permissions":{"catalogue":{"_nnull":true}},"validation":null,"presets":null,"fields":["id","catalogue"],
              "policy":"abf8a154-5b1c-4a46-ac9c-7300570f4f17"},
             {"collection":"songs","action":"update","permissions":null,"validation":null,"presets":null,"fields":["*"],"policy":"\(key("2", 1))"},
             {"collection":"gone","action":"read","permissions":null,"validation":null,"presets":null,"fields":["*"],"policy":"\(key("2", 1))"},
             {"collection":"songs","action":"read","permissions":null,"fields":["*"],"policy":null}]
            """
        ),
        (
            "access.json",
            """
            [{"id":"\(key("3", 1))","role":"\(key("1", 1))","user":null,"policy":"\(key("2", 1))","sort":1},
             {"id":"\(key("3", 2))","role":null,"user":null,"policy":"abf8a154-5b1c-4a46-ac9c-7300570f4f17","sort":1}]
            """
        ),
    ]

    private static let people: [(name: String, text: String)] = [
        (
            "users.json",
            """
            [{"id":"\(key("a", 1))","first_name":"Ada","email":"ada@example.com","password":"\(hash)","token":"a-token","role":"\(key("1", 2))","policies":[]},
             {"id":"\(key("a", 2))","first_name":"Bea","email":"bea@example.com","password":"sing along","token":"**********","role":"\(key("1", 1))"},
             {"id":"\(key("a", 9))","first_name":"Boss","email":"admin@example.com","password":"**********","token":null,"role":null}]
            """
        )
    ]
}

import MigrationPlanning
import SQLText
import SchemaModel
import Testing

@Suite struct SchemaDifferTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let from: [TableModel]
        let to: DesiredModel
        /// Ids of the steps, in order.
        let steps: [String]
    }

    static let cases: [Case] = [
        Case(testDescription: "equal models need nothing", from: [table("a", [column("x")])], to: desired([table("a", [column("x")])]), steps: []),
        Case(
            testDescription: "the order of columns does not count", from: [table("a", [column("x"), column("y")])],
            to: desired([table("a", [column("y"), column("x")])]), steps: []),
        Case(
            testDescription: "tables first, then foreign keys, so cycles are no matter", from: [],
            to: desired([
                table("a", [column("b")]) { $0.foreignKeys = [reference("a_b", "b", to: "b")] },
                table("b", [column("a")]) { $0.foreignKeys = [reference("b_a", "a", to: "a")] },
            ]), steps: ["create_table:a", "create_table:b", "add_foreign_key:a.a_b", "add_foreign_key:b.b_a"]),
        Case(
            testDescription: "a foreign key on an existing table is validated afterwards",
            from: [table("a", [column("b")]), table("b", [])],
            to: desired([table("a", [column("b")]) { $0.foreignKeys = [reference("a_b", "b", to: "b")] }, table("b", [])]),
            steps: ["add_foreign_key:a.a_b", "validate:a.a_b"]),
        Case(
            testDescription: "other names of the same constraints are no difference",
            from: [
                table("a", [column("b")]) {
                    $0.foreignKeys = [reference("fk_17", "b", to: "a")]
                    $0.indexes = [index("ix", "b")]
                }
            ],
            to: desired([
                table("a", [column("b")]) {
                    $0.foreignKeys = [reference("a_b_foreign", "b", to: "a")]
                    $0.indexes = [index("a_b_index", "b")]
                }
            ]), steps: []),
        Case(
            testDescription: "an index is built and dropped concurrently", from: [table("a", [column("x")]) { $0.indexes = [index("old", "id")] }],
            to: desired([table("a", [column("x")]) { $0.indexes = [index("a_x_index", "x")] }]),
            steps: ["create_index:a.a_x_index", "drop_index:a.old"]),
        Case(
            testDescription: "a unique constraint comes by way of an index", from: [table("a", [column("x")])],
            to: desired([table("a", [column("x")]) { $0.uniques = [KeyModel(name: name("a_x_unique"), columns: [name("x")])] }]),
            steps: ["build_unique:a.a_x_unique", "add_unique:a.a_x_unique"]),
        Case(
            testDescription: "not null comes by way of a check", from: [table("a", [column("x")])],
            to: desired([table("a", [column("x", nullable: false)])]),
            steps: ["require_not_null:a.x", "validate_not_null:a.x", "set_not_null:a.x"]),
        Case(
            testDescription: "a dropped column is kept first", from: [table("a", [column("x")])], to: desired([table("a", [])]),
            steps: ["keep_copy:a.x", "drop_column:a.x"]),
        Case(
            testDescription: "a dropped table is put aside, its foreign keys first",
            from: [table("a", [column("b")]) { $0.foreignKeys = [reference("a_b", "b", to: "b")] }, table("b", [])],
            to: desired([table("a", [column("b")])]),
            steps: ["drop_foreign_key:a.a_b", "keep_schema:kerege_trash_1", "drop_table:b"]),
        Case(
            testDescription: "a rename takes the names of constraints with it",
            from: [table("a", [column("x")]) { $0.indexes = [index("a_x_index", "x")] }],
            to: desired(
                [table("b", [column("y")]) { $0.indexes = [index("b_y_index", "y")] }], renamedTables: ["b": "a"], renamedColumns: ["b.y": "x"]),
            steps: ["rename_table:b", "rename_column:b.y", "rename_constraint:b.b_pkey", "rename_index:b.b_y_index"]),
        Case(
            testDescription: "a rename that was done already is nothing", from: [table("b", [])],
            to: desired([table("b", [])], renamedTables: ["b": "a"]), steps: []),
        Case(
            testDescription: "a wider text is instant", from: [table("a", [column("x", "character varying(100)")])],
            to: desired([table("a", [column("x", "character varying(255)")])]), steps: ["alter_type:a.x"]),
        Case(
            testDescription: "a narrower text keeps the old values", from: [table("a", [column("x", "character varying(255)")])],
            to: desired([table("a", [column("x", "character varying(100)")])]), steps: ["keep_copy:a.x", "alter_type:a.x"]),
        Case(
            testDescription: "foreign keys are made again around a change of type",
            from: [table("a", [column("b", "text")]) { $0.foreignKeys = [reference("a_b", "b", to: "a")] }],
            to: desired([table("a", [column("b", "json")]) { $0.foreignKeys = [reference("a_b", "b", to: "a")] }]),
            steps: ["drop_foreign_key:a.a_b", "keep_copy:a.b", "alter_type:a.b", "add_foreign_key:a.a_b", "validate:a.a_b"]),
        Case(
            testDescription: "an index of the same name but other columns is replaced without a gap",
            from: [table("a", [column("x"), column("y")]) { $0.indexes = [index("ix", "x")] }],
            to: desired([table("a", [column("x"), column("y")]) { $0.indexes = [index("ix", "x", "y")] }]),
            steps: ["rename_index:a.a_ix_replaced_index", "create_index:a.ix", "drop_index:a.a_ix_replaced_index"]),
        Case(
            testDescription: "what a failed build left behind goes first",
            from: [
                table("a", [column("x")]) {
                    var left = index("a_x_index", "x")
                    left.isValid = false
                    $0.indexes = [left]
                }
            ], to: desired([table("a", [column("x")]) { $0.indexes = [index("a_x_index", "x")] }]),
            steps: ["drop_index:a.a_x_index", "create_index:a.a_x_index"]),
        Case(
            testDescription: "equal defaults in other words are no difference",
            from: [table("a", [column("x", "bigint", default: .expression("'0'::bigint")), column("y", default: .expression("NULL::integer"))])],
            to: desired([table("a", [column("x", "bigint", default: .expression("0")), column("y")])]), steps: []),
        Case(
            testDescription: "a changed foreign key action is one drop and one add",
            from: [table("a", [column("b")]) { $0.foreignKeys = [reference("a_b", "b", to: "a")] }],
            to: desired([table("a", [column("b")]) { $0.foreignKeys = [reference("a_b", "b", to: "a", onDelete: .cascade)] }]),
            steps: ["drop_foreign_key:a.a_b", "add_foreign_key:a.a_b", "validate:a.a_b"]),
    ]

    @Test(arguments: cases) func plansSteps(_ test: Case) {
        let (diff, plan) = plan(from: test.from, to: test.to)
        #expect(plan.steps.map(\.id) == test.steps)
        #expect(diff.problems.isEmpty)
    }

    @Test(arguments: cases) func appliedToTheModelNothingIsLeft(_ test: Case) {
        let current = DatabaseModel(tables: test.from)
        let diff = SchemaDiffer.diff(current: current, desired: test.to, owned: DesiredModel(database: current))
        let after = current.applying(diff.changes)
        var settled = test.to
        settled.tables = [:]
        settled.columns = [:]
        #expect(SchemaDiffer.diff(current: after, desired: settled, owned: settled).changes.isEmpty)
    }

    @Test func unknownObjectsAreReportedAndLeftAlone() {
        let old = [table("a", [column("x")]) { $0.indexes = [index("ix", "x")] }, table("theirs", [])]
        let (diff, plan) = plan(from: old, to: desired([table("a", [])]), owned: false)
        #expect(plan.isEmpty)
        #expect(diff.unmanaged == [UnmanagedObject(.table, "theirs"), UnmanagedObject(.column, "a.x"), UnmanagedObject(.index, "a.ix")])
    }

    @Test func aDropBesideAnAddOfTheSameTypeIsAQuestion() {
        let (diff, plan) = plan(from: [table("a", [column("x", "text")])], to: desired([table("a", [column("y", "text")])]))
        #expect(diff.questions == [RenameQuestion(dropped: ColumnPath(name("a"), name("x")), candidates: [name("y")], location: nil)])
        #expect(plan.allowTokens == ["drop_column:a.x"])
    }

    @Test func anUnknownCastNeedsUsing() {
        var wish = desired([table("a", [column("x", "timestamp with time zone")])])
        let old = [table("a", [column("x", "boolean")])]
        #expect(plan(from: old, to: wish).diff.problems.map(\.code) == [.castUnknown])
        wish.columns[ColumnPath(name("a"), name("x"))] = ColumnNotes(using: AuthoredSQL(text: "now()", origin: "a.yaml:3"))
        let found = plan(from: old, to: wish)
        #expect(found.diff.problems.isEmpty)
        #expect(found.plan.allowTokens == ["alter_type:a.x"])
        #expect(found.plan.steps.last?.up.text.contains("USING now()") == true)
    }

    @Test func systemTablesAreCompletedNeverAltered() {
        var wish = desired([
            table("directus_x", [column("name", "character varying(100)", nullable: false), column("extra")]) {
                $0.foreignKeys = [reference("x_extra", "extra", to: "directus_x"), reference("x_name", "name", to: "directus_x")]
            }
        ])
        wish.tables[name("directus_x")] = TableNotes(isSystem: true)
        let old = table("directus_x", [column("name", "text"), column("custom")])
        let (diff, plan) = plan(from: [old], to: wish, owned: false)
        #expect(plan.steps.map(\.id) == ["add_column:directus_x.extra", "add_foreign_key:directus_x.x_extra", "validate:directus_x.x_extra"])
        #expect(diff.notes.map(\.code) == [.keptAsFound, .keptAsFound])
        #expect(plan.allowTokens.isEmpty)
    }

    @Test func unmanagedCollectionsAreNeverTouched() {
        var wish = desired([])
        wish.unmanaged = [name("a")]
        let (diff, plan) = plan(from: [table("a", [column("x")])], to: wish)
        #expect(plan.isEmpty)
        #expect(diff.unmanaged.isEmpty)
    }

    @Test func aViewInTheWayIsAProblem() {
        var current = DatabaseModel()
        current.occupied[name("a")] = "view"
        let diff = SchemaDiffer.diff(current: current, desired: desired([table("a", [])]))
        #expect(diff.problems.map(\.code) == [.nameTaken])
    }

    @Test func aMissingExtensionIsAProblemAKnownOneAStep() {
        let wish = desired([table("a", [column("place", "geometry(Point,4326)")])])
        #expect(SchemaDiffer.diff(current: DatabaseModel(), desired: wish, available: []).problems.map(\.code) == [.extensionMissing])
        #expect(SchemaDiffer.diff(current: DatabaseModel(), desired: wish).changes.first?.kind == .createExtension(name("postgis")))
    }
}

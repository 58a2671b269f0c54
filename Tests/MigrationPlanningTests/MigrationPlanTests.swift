import JSONText
import MigrationPlanning
import SQLText
import SchemaModel
import Testing

@Suite struct MigrationPlanTests {
    private let old = [table("posts", [column("subtitle", "character varying(255)"), column("author")]), table("authors", [])]
    private let new = desired([
        table("posts", [column("author", nullable: false), column("lead", "text", nullable: false, default: .expression("'it''s'"))]) {
            $0.foreignKeys = [reference("posts_author_foreign", "author", to: "authors")]
            $0.uniques = [KeyModel(name: name("posts_lead_unique"), columns: [name("lead")])]
        }, table("authors", []),
    ])

    @Test func textOfTheStepsIsExact() {
        let up = plan(from: old, to: new).plan.steps.map { "\($0.phase.rawValue): \($0.up.text)" }.joined(separator: "\n")
        #expect(
            up == """
                transactional: CREATE TABLE "kerege"."_trash_1_posts_subtitle" AS SELECT "id", "subtitle" FROM "public"."posts" WHERE "subtitle" IS NOT NULL
                transactional: ALTER TABLE "public"."posts" DROP COLUMN "subtitle"
                transactional: ALTER TABLE "public"."posts" ADD COLUMN "lead" text NOT NULL DEFAULT 'it''s'
                transactional: ALTER TABLE "public"."posts" DROP CONSTRAINT IF EXISTS "posts_author_not_null";
                ALTER TABLE "public"."posts" ADD CONSTRAINT "posts_author_not_null" CHECK ("author" IS NOT NULL) NOT VALID
                transactional: ALTER TABLE "public"."posts" ADD CONSTRAINT "posts_author_foreign" FOREIGN KEY ("author") REFERENCES "public"."authors" ("id") ON DELETE SET NULL NOT VALID
                concurrent: CREATE UNIQUE INDEX CONCURRENTLY "posts_lead_unique" ON "public"."posts" ("lead")
                validate: ALTER TABLE "public"."posts" VALIDATE CONSTRAINT "posts_author_not_null"
                validate: ALTER TABLE "public"."posts" VALIDATE CONSTRAINT "posts_author_foreign"
                finish: ALTER TABLE "public"."posts" ALTER COLUMN "author" SET NOT NULL;
                ALTER TABLE "public"."posts" DROP CONSTRAINT IF EXISTS "posts_author_not_null"
                finish: ALTER TABLE "public"."posts" ADD CONSTRAINT "posts_lead_unique" UNIQUE USING INDEX "posts_lead_unique"
                """)
    }

    @Test func whatExistsIsLockedFirstAtItsStrongest() {
        #expect(
            plan(from: old, to: new).plan.initialLocks == [
                TableLock(name("authors"), .shareRowExclusive), TableLock(name("posts"), .accessExclusive),
            ])
    }

    @Test func theHashCoversStepsStatesAndDefinitions() {
        let plan = plan(from: old, to: new).plan
        var other = plan
        #expect(other.hash == plan.hash)
        other.definitions = "x"
        #expect(other.hash != plan.hash)
        other = plan
        other.steps.removeLast()
        #expect(other.hash != plan.hash)
    }

    @Test func destructiveStepsNeedTheirToken() {
        let plan = plan(from: old, to: new).plan
        #expect(plan.allowTokens == ["drop_column:posts.subtitle"])
        #expect(plan.missingTokens(allowed: ["drop_column:posts.subtitle"]).isEmpty)
        #expect(plan.missingTokens(allowed: ["drop_table:posts"]) == ["drop_column:posts.subtitle"])
        #expect(!plan.appliedText.contains("allow"))
    }

    @Test func stepsComeBackFromTheJournal() throws {
        for step in plan(from: old, to: new).plan.steps {
            let back = try #require(MigrationStep(json: step.json))
            #expect(back.id == step.id && back.phase == step.phase && back.up == step.up && back.down == step.down)
            #expect(back.locks == step.locks && back.builtIndex == step.builtIndex && back.undoGuard == step.undoGuard)
        }
        #expect(MigrationStep(json: ["id": "x"]) == nil)
    }

    @Test func theRecordHoldsBothDirections() {
        let plan = plan(from: old, to: new).plan
        let record = plan.record(generation: 7, appliedAt: "2026-01-31T12:00:00Z")
        #expect(record.contains("-- from \(plan.fromFingerprint)\n-- to   \(plan.toFingerprint)"))
        #expect(record.contains("BEGIN;") && record.contains("COMMIT;") && record.contains("-- down"))
        #expect(plan.slug == "drop_posts_subtitle")
    }

    @Test func hazardsUseTheKnownWords() {
        let steps = plan(from: old, to: new).plan.steps
        let words = { (id: String) in steps.first { $0.id == id }?.hazards.map(\.rawValue) ?? [] }
        #expect(words("drop_column:posts.subtitle") == ["ACQUIRES_ACCESS_EXCLUSIVE_LOCK", "DELETES_DATA", "ban-drop-column"])
        #expect(words("build_unique:posts.posts_lead_unique") == ["INDEX_BUILD"])
        #expect(words("add_foreign_key:posts.posts_author_foreign") == ["ACQUIRES_SHARE_ROW_EXCLUSIVE_LOCK"])
    }
}

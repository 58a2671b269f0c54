package import SchemaModel

/// How one read is answered, told stage by stage: made from the very values that answer it, never by a second engine.
///
/// - Shape: who asks and by which policies; then the tree of the answer with its rules and statements, or why it is refused.
/// - Values of variables stand with the binds alone, and those of secrets nowhere.
package struct ReadExplanation: Sendable {
    package var access: AccessExplanation
    package var refusal: RefusalExplanation?
    /// nil where the request was refused before there was a plan.
    package var root: LevelExplanation?
    package var notes: [String] = []

    package init(access: AccessExplanation, refusal: RefusalExplanation? = nil, root: LevelExplanation? = nil) {
        self.access = access
        self.refusal = refusal
        self.root = root
    }
}

/// One level of the answer: what is read of which rows, why, and by which statement.
package struct LevelExplanation: Sendable {
    package let collection: CollectionName
    /// Keys from the root; for many-to-any the last one is `item:headings`.
    package let path: [String]
    package let fields: [FieldExplanation]
    /// Fields that a wildcard names and the caller may not read, and relations to what they may not read.
    package let leftOut: [String]
    /// Row rules after merging; nil = every row.
    package let rows: String?
    /// The permissions that the rules come from; none for administrators.
    package let grants: [GrantExplanation]
    package let filter: String?
    package let search: String?
    package let sort: [String]
    /// nil = all rows.
    package let limit: Int?
    package let offset: Int
    package let aggregation: String?
    package var statement: StatementExplanation
    package var advice: [IndexAdvice] = []
    package var below: [LevelExplanation]
    /// What advice is made from.
    let wishes: IndexWishes
}

/// One member of the answer, or the field that a list is bare keys of.
package struct FieldExplanation: Sendable, Equatable {
    package let key: String
    /// `year(published)`, `tags`.
    package let source: String
    /// The rows on which it shows; elsewhere it is null. nil = on all rows.
    package let mask: String?
    /// Read as `**********` by everybody.
    package let isConcealed: Bool
}

/// One statement, its values, and what PostgreSQL says of it.
package struct StatementExplanation: Sendable {
    package var sql: String
    package var binds: [BindExplanation] = []
    package var plan: DatabasePlan?
    /// Why there is no plan, or it is not the one of a request.
    package var notes: [String] = []

    package init(sql: String, binds: [BindExplanation] = [], plan: DatabasePlan? = nil, notes: [String] = []) {
        self.sql = sql
        self.binds = binds
        self.plan = plan
        self.notes = notes
    }
}

/// The statements of a plan's levels, in the shape of its nodes.
package struct StatementTree: Sendable {
    package var statement: StatementExplanation
    package var below: [StatementTree]

    package init(statement: StatementExplanation, below: [StatementTree] = []) {
        self.statement = statement
        self.below = below
    }
}

extension LevelExplanation {
    /// The same with what was learned by asking PostgreSQL.
    package func with(_ tree: StatementTree) -> LevelExplanation {
        var out = self
        out.statement = tree.statement
        out.below = zip(below, tree.below).map { $0.with($1) }
        if let plan = tree.statement.plan { out.advice = wishes.advice(for: plan) }
        return out
    }
}

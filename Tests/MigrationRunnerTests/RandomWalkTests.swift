import JSONText
import MigrationPlanning
import MigrationRunner
import SchemaModel
import Testing

/// A walk over random models: at each stop the plan is empty, the structure is the promised one, and going back restores the one before.
@Suite struct RandomWalkTests {
    @Test(arguments: [1, 2, 3] as [UInt64]) func everyStopHoldsTheLaws(_ seed: UInt64) async throws {
        try await withHarness { harness in
            var random = Seeded(state: seed)
            var model = Model(collection("t0", field("c0")), collection("t1", field("c0")))
            try await harness.apply(model)
            for stop in 1...12 {
                let before = try await harness.model().canonicalText
                let next = random.step(from: model)
                let plan = try await harness.runner().plan(next.snapshot)
                #expect(plan.problems == [], "seed \(seed), stop \(stop)")
                do {
                    try await harness.runner().apply(next.snapshot, policy: .allow(Set(plan.allowTokens), planHash: plan.hash))
                } catch MigrationError.rowsInTheWay(_, let obstacles) {
                    // Rows that the new model can't hold: they go, and the walk goes on.
                    for table in Set(obstacles.map { $0.object.prefix { $0 != "." } }) { try await harness.sql("TRUNCATE \"\(table)\" CASCADE") }
                    try await harness.runner().apply(next.snapshot, policy: .allow(Set(plan.allowTokens), planHash: plan.hash))
                }
                #expect(try await harness.fingerprint() == plan.toFingerprint, "seed \(seed), stop \(stop): \(plan.steps.map(\.id))")
                #expect(try await harness.runner().plan(next.snapshot).steps.map(\.id) == [], "seed \(seed), stop \(stop)")
                if stop % 3 == 0, !plan.isEmpty {
                    try await harness.runner().rollback(allowing: Set(plan.steps.compactMap { $0.undoGuard?.allowToken }))
                    #expect(try await harness.model().canonicalText == before, "seed \(seed), stop \(stop): \(plan.steps.map(\.id))")
                    continue
                }
                model = next
                for collection in next.collections { _ = try? await harness.sql("INSERT INTO \"\(collection.name)\" DEFAULT VALUES") }
            }
            #expect(!harness.log.all.contains { if case .fingerprintDiffers = $0 { true } else { false } })
        }
    }
}

private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// One to four changes at once.
    mutating func step(from model: Model) -> Model {
        var out = model
        // What was said of the last step is no wish of this one.
        for at in out.collections.indices {
            out.collections[at].renamedFrom = nil
            for column in out.collections[at].fields.indices { out.collections[at].fields[column].renamedFrom = nil }
        }
        for _ in 0..<Int.random(in: 1...4, using: &self) { change(&out) }
        return out
    }

    private mutating func change(_ model: inout Model) {
        let at = Int.random(in: model.collections.indices, using: &self)
        switch Int.random(in: 0..<12, using: &self) {
        case 0: model.collections.append(collection("n\(next() % 100_000)", newField()))
        case 1 where model.collections.count > 2: removeCollection(at, from: &model)
        case 2, 3, 4: model.collections[at].fields.append(newField())
        case 5: changeColumn(of: &model, at) { $0.column?.isUnique.toggle() }
        case 6: changeColumn(of: &model, at) { $0.column?.isIndexed.toggle() }
        case 7: changeColumn(of: &model, at) { $0.column?.isNullable.toggle() }
        case 8: removeColumn(of: &model, at)
        case 9: rename(&model, at)
        case 10: point(&model, at)
        default: changeColumn(of: &model, at) { $0 = $0.column?.maxLength == nil ? $0 : $0.with { $0.maxLength = ($0.maxLength ?? 0) + 7 } }
        }
    }

    private mutating func newField() -> Field {
        let name = "c\(next() % 100_000)"
        return switch Int.random(in: 0..<8, using: &self) {
        case 0: field(name, .text)
        case 1: field(name, .integer).defaulting(.literal(.integer(Int.random(in: -5...5, using: &self)))).indexed
        case 2: field(name, .boolean).required.defaulting(.literal(true))
        case 3: field(name, .timestamp).defaulting(.now)
        case 4: field(name, .uuid).defaulting(.uuid).unique
        case 5: field(name).with { $0.generated = "'x'::text || id::text" }
        case 6: field(name, .decimal).with { $0.comment = "a number" }
        default: field(name).defaulting(.literal("it's"))
        }
    }

    /// A column that is not the key and not computed.
    private mutating func plainColumn(of model: Model, _ at: Int) -> Int? {
        model.collections[at].fields.indices.filter {
            let column = model.collections[at].fields[$0].column
            return column?.isPrimaryKey == false && column?.generated == nil
        }.randomElement(using: &self)
    }

    private mutating func changeColumn(of model: inout Model, _ at: Int, _ body: (inout Field) -> Void) {
        if let index = plainColumn(of: model, at) { body(&model.collections[at].fields[index]) }
    }

    private mutating func removeColumn(of model: inout Model, _ at: Int) {
        guard let index = plainColumn(of: model, at) else { return }
        let name = model.collections[at].fields.remove(at: index).name
        let owner = model.collections[at].name
        model.relations.removeAll { $0.manyCollection == owner && $0.manyField == name }
    }

    private mutating func removeCollection(_ at: Int, from model: inout Model) {
        let name = model.collections.remove(at: at).name
        model.relations.removeAll { $0.manyCollection == name || $0.oneCollection == name }
    }

    private mutating func rename(_ model: inout Model, _ at: Int) {
        guard let index = plainColumn(of: model, at), model.collections[at].fields[index].renamedFrom == nil else { return }
        let (old, owner) = (model.collections[at].fields[index].name, model.collections[at].name)
        let new = FieldName("r\(next() % 100_000)")
        model.collections[at].fields[index].name = new
        model.collections[at].fields[index].renamedFrom = old.text
        for relation in model.relations.indices where model.relations[relation].manyCollection == owner && model.relations[relation].manyField == old
        {
            model.relations[relation].manyField = new
        }
    }

    private mutating func point(_ model: inout Model, _ at: Int) {
        guard let target = model.collections.randomElement(using: &self) else { return }
        let name = "to\(next() % 100_000)"
        model.collections[at].fields.append(field(name, .integer))
        model.relations.append(toOne(model.collections[at].name.text, name, target.name.text))
    }
}

import JSONText
import MigrationPlanning
import MigrationRunner

/// What `kerege migrate` prints.
struct MigrationReport {
    /// Of the schema files.
    let folder: String
    let isJSON: Bool

    func show(_ plan: MigrationPlan) {
        if isJSON { return print(plan.json) }
        Terminal.print(plan.text)
        if plan.allowTokens.isEmpty { return }
        Terminal.print("this loses data; to allow it:\n  \(ShellText.command(MigrationCommandLine.apply(plan, folder: folder)))")
    }

    func tell(_ outcome: ApplyOutcome) {
        switch outcome {
        case .upToDate(let generation): Terminal.print("nothing to do: the database is at generation \(generation)")
        case .applied(let generation, let plan): Terminal.print("\(plan.appliedText)\napplied as generation \(generation)")
        }
    }

    func show(_ status: MigrationStatus) {
        if isJSON { return print(status.json) }
        guard let head = status.head else {
            Terminal.print("no migration has been applied")
            return
        }
        Terminal.print(
            "generation \(head.generation), \(head.state)" + (status.isLiveMoved ? "; the tables have been changed since by somebody else" : ""))
        for entry in status.entries { Terminal.print("  \(entry.generation)  \(entry.state)") }
        for step in status.openSteps { Terminal.print("  open: \(step.step)") }
        for table in status.kept { Terminal.print("  kept: \(table)") }
        if let plan = status.plan { show(plan) }
    }

    private func print(_ value: JSONValue) {
        var writer = ByteWriter()
        writer.appendPretty(value)
        Terminal.print(writer.finish().string)
    }
}

extension MigrationStatus {
    fileprivate var json: JSONValue {
        [
            "generation": head.map { .integer($0.generation) } ?? .null, "state": head.map { .string($0.state.rawValue) } ?? .null,
            "moved": .bool(isLiveMoved),
            "entries": .array(
                entries.map {
                    [
                        "generation": .integer($0.generation), "kind": .string($0.kind.rawValue), "state": .string($0.state.rawValue),
                        "applied_at": .string($0.appliedAt), "plan": .string($0.planHash),
                    ]
                }),
            "open": .array(openSteps.map { .string($0.step.id) }), "kept": .array(kept.map { .string($0) }), "plan": plan?.json ?? .null,
        ]
    }
}

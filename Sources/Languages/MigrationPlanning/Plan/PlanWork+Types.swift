import SQLText

extension PlanWork {
    /// The type, with the default taken off before and put back after. Lossy conversions keep the old values for a rollback.
    mutating func alterType(
        _ table: SQLIdentifier, _ from: ColumnModel, _ to: ColumnModel, _ using: AuthoredSQL?, _ change: SchemaChange
    ) {
        let conversion = TypeConversion.of(from.type, to: to.type)
        var step = step("alter_type", table, object: to.name, .accessExclusive)
        step.hazards.append(.changingColumnType)
        step.up = alteration(table, from, to, conversion: using.map { "\($0)" } ?? cast(from.type, to.type, to.name, conversion))
        step.down = alteration(table, to, from, conversion: backward(from, to))
        if conversion != .instant || using != nil {
            step.rewritesTable = true
            step.isBlocking = true
            step.hazards.append(.impactsDatabasePerformance)
        }
        if conversion == .lossy || conversion == .unknown || using != nil { keepOldValues(&step, table, from, to, conversion, change) }
        append(step, to: .alterations, change)
    }

    private mutating func keepOldValues(
        _ step: inout MigrationStep, _ table: SQLIdentifier, _ from: ColumnModel, _ to: ColumnModel, _ conversion: TypeConversion,
        _ change: SchemaChange
    ) {
        step.hazards.append(.correctness)
        if conversion == .lossy || conversion == .unknown {
            step.hazards.append(.deletesData)
            step.allowToken = "alter_type:\(table.name).\(to.name.name)"
        }
        if let limit = to.type.arguments.first, to.type.base == "character varying" {
            let column = liveColumn(table, to.name)
            step.precheck = Precheck(
                query:
                    "SELECT \(liveKey(table)) FROM \(live(table)) WHERE char_length(\(column)::text) > \(limit) LIMIT \(Precheck.limit)",
                reason: .tooLong, object: step.objects[0])
        }
        if step.up.text.contains(" USING "), step.precheck?.reason == .tooLong, from.type.isTextual { step.precheck = nil }
        if let kept = keepCopy(of: to.name, in: table, change) {
            step.down = valuesBack(table, from, to, kept)
        } else if TypeConversion.of(to.type, to: from.type) == .unknown {
            step.down = nil
        }
    }

    /// `ALTER TABLE t ALTER c DROP DEFAULT, ALTER c TYPE … USING …, ALTER c SET DEFAULT …`
    private func alteration(_ table: SQLIdentifier, _ from: ColumnModel, _ to: ColumnModel, conversion: DDLText?) -> DDLText {
        var actions: [DDLText] = []
        let carries = from.default?.isAutoIncrement == true && to.default?.isAutoIncrement == true
        if from.default != nil, !carries { actions.append(ddl.setDefault(nil, of: to.name)) }
        var change: DDLText = "ALTER COLUMN \(to.name) TYPE \(DDLWriter.sql(to.type.text))"
        if let conversion { change += " USING \(conversion)" }
        actions.append(change)
        if to.default != nil, !carries { actions.append(ddl.setDefault(to.default, of: to.name)) }
        var out = ddl.alter(table, actions.joined(separator: ", "))
        let kinds = ["smallint", "integer", "bigint"]
        if carries, kinds.contains(to.type.text), let sequence = sequenceName(of: from) ?? sequenceName(of: to) {
            out += ";\nALTER SEQUENCE \(DDLWriter.sql(sequence)) AS \(DDLWriter.sql(to.type.text))"
        }
        return out
    }

    /// `nextval('posts_id_seq'::regclass)` -> `posts_id_seq`
    private func sequenceName(of column: ColumnModel) -> String? {
        guard case .sequence(let expression?) = column.default else { return nil }
        guard let open = expression.firstIndex(of: "'"), let close = expression.lastIndex(of: "'"), open < close else { return nil }
        return String(expression[expression.index(after: open)..<close])
    }

    private func cast(_ from: TypeText, _ to: TypeText, _ column: SQLIdentifier, _ conversion: TypeConversion) -> DDLText? {
        // Between texts the plain assignment refuses what is too long; an explicit cast would cut it.
        if conversion == .instant || (from.isTextual && to.isTextual) { return nil }
        return "\(column)::\(DDLWriter.sql(to.text))"
    }

    private func backward(_ from: ColumnModel, _ to: ColumnModel) -> DDLText? {
        cast(to.type, from.type, to.name, TypeConversion.of(to.type, to: from.type))
    }

    /// Empties the column, gives it its old type and the kept values.
    private func valuesBack(_ table: SQLIdentifier, _ from: ColumnModel, _ to: ColumnModel, _ kept: DDLText) -> DDLText {
        var statements: [DDLText] = []
        if !from.isNullable || !to.isNullable { statements.append(ddl.alter(table, "ALTER COLUMN \(to.name) DROP NOT NULL")) }
        statements.append(alteration(table, to, from, conversion: "NULL::\(DDLWriter.sql(from.type.text))"))
        statements.append(restore(to.name, in: table, from: kept))
        if !from.isNullable { statements.append(ddl.alter(table, "ALTER COLUMN \(to.name) SET NOT NULL")) }
        return statements.joined(separator: ";\n")
    }
}

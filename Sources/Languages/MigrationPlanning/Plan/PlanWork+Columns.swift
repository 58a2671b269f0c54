import SQLText

extension PlanWork {
    mutating func addColumn(_ table: SQLIdentifier, _ column: ColumnModel, _ change: SchemaChange) {
        var step = step("add_column", table, object: column.name, .accessExclusive)
        step.up = ddl.alter(table, "ADD COLUMN \(ddl.definition(column))")
        if let comment = column.comment { step.up += ";\n" + ddl.comment(comment, on: column.name, of: table) }
        step.down = ddl.alter(table, "DROP COLUMN IF EXISTS \(column.name)")
        step.undoGuard = UndoGuard(
            allowToken: "drop_column:\(table.name).\(column.name.name)",
            query: "SELECT 1 FROM \(ddl.name(table)) WHERE \(column.name) IS NOT NULL LIMIT 1")
        if column.generated != nil { step.undoGuard = nil }
        if column.needsRewrite {
            step.rewritesTable = true
            step.isBlocking = true
            step.hazards += [column.default?.isAutoIncrement == true ? .addingSerialPrimaryKeyField : .addingFieldWithDefault]
            step.hazards.append(.impactsDatabasePerformance)
        }
        if !column.isNullable, column.default == nil, column.generated == nil {
            step.hazards.append(.addingRequiredField)
            step.precheck = Precheck(
                query: "SELECT \(liveKey(table)) FROM \(live(table)) LIMIT \(Precheck.limit)", reason: .rowsExist, object: step.objects[0])
        }
        append(step, to: .columns, change)
    }

    mutating func dropColumn(_ table: SQLIdentifier, _ column: ColumnModel, _ change: SchemaChange) {
        var step = step("drop_column", table, object: column.name, .accessExclusive)
        step.up = ddl.alter(table, "DROP COLUMN \(column.name)")
        if column.generated != nil {
            step.down = ddl.alter(table, "ADD COLUMN \(ddl.definition(column))")
        } else {
            step.hazards += [.deletesData, .banDropColumn]
            step.allowToken = "drop_column:\(table.name).\(column.name.name)"
            step.down = keepCopy(of: column.name, in: table, change).map { bringBack(column, to: table, from: $0) }
        }
        if let comment = column.comment, let down = step.down { step.down = down + ";\n" + ddl.comment(comment, on: column.name, of: table) }
        append(step, to: .drops, change)
    }

    private func bringBack(_ column: ColumnModel, to table: SQLIdentifier, from kept: DDLText) -> DDLText {
        var nullable = column
        nullable.isNullable = true
        // serial says NOT NULL by itself, and fills the rows.
        var statements = [ddl.alter(table, "ADD COLUMN \(ddl.definition(nullable))"), restore(column.name, in: table, from: kept)]
        if !column.isNullable { statements.append(ddl.alter(table, "ALTER COLUMN \(column.name) SET NOT NULL")) }
        if column.default?.isAutoIncrement == true { statements.append(bumpSequence(table, column.name)) }
        return statements.joined(separator: ";\n")
    }

    private func bumpSequence(_ table: SQLIdentifier, _ column: SQLIdentifier) -> DDLText {
        let sequence: DDLText = "pg_get_serial_sequence(\(literal: ddl.name(table).text), \(literal: column.name))"
        return "SELECT setval(\(sequence), COALESCE((SELECT max(\(column)) FROM \(ddl.name(table))), 0) + 1, false)"
    }

    mutating func setDefault(
        _ table: SQLIdentifier, _ column: SQLIdentifier, _ from: DefaultModel?, _ to: DefaultModel?, _ change: SchemaChange
    ) {
        var step = step("set_default", table, object: column, .accessExclusive)
        if case .sequence = to {
            startSequence(&step, table, column, from)
        } else if case .identity = from {
            step.up = ddl.alter(table, "ALTER COLUMN \(column) DROP IDENTITY IF EXISTS")
            if to != nil { step.up += ";\n" + ddl.alter(table, ddl.setDefault(to, of: column)) }
            step.down =
                ddl.alter(table, ddl.setDefault(nil, of: column)) + ";\n" + ddl.alter(table, ddl.setDefault(from, of: column)) + ";\n"
                + bumpSequence(table, column)
        } else {
            step.up = ddl.alter(table, ddl.setDefault(to, of: column))
            step.down = ddl.alter(table, ddl.setDefault(from, of: column))
        }
        append(step, to: .alterations, change)
    }

    private func startSequence(_ step: inout MigrationStep, _ table: SQLIdentifier, _ column: SQLIdentifier, _ from: DefaultModel?) {
        let plain = "\(table.name)_\(column.name)_seq"
        let sequence = SQLIdentifier(plain) ?? DerivedNames.name(table: table, parts: [column.name, "seq"], kind: .index)
        let type = model.tables[table]?.column(column)?.type.text ?? "bigint"
        let next: DDLText = "nextval(\(literal: ddl.name(sequence).text))"
        step.up =
            "CREATE SEQUENCE \(ddl.name(sequence)) AS \(DDLWriter.sql(type)) OWNED BY \(ddl.name(table)).\(column);\n"
            + bumpSequence(table, column) + ";\n" + ddl.alter(table, "ALTER COLUMN \(column) SET DEFAULT \(next)")
        step.down = ddl.alter(table, ddl.setDefault(from, of: column)) + ";\nDROP SEQUENCE IF EXISTS \(ddl.name(sequence))"
        step.hazards.append(.correctness)
    }

    mutating func dropExpression(_ table: SQLIdentifier, _ column: ColumnModel, _ change: SchemaChange) {
        var step = step("drop_expression", table, object: column.name, .accessExclusive)
        step.up = ddl.alter(table, "ALTER COLUMN \(column.name) DROP EXPRESSION")
        step.down = ddl.alter(table, "DROP COLUMN \(column.name)") + ";\n" + ddl.alter(table, "ADD COLUMN \(ddl.definition(column))")
        append(step, to: .alterations, change)
    }

    /// A check that is validated without blocking writers; after it `SET NOT NULL` needs no scan.
    mutating func setNotNull(_ table: SQLIdentifier, _ column: SQLIdentifier, _ change: SchemaChange) {
        let helper = DerivedNames.name(table: table, parts: [column.name], kind: .notNull)
        let dropHelper = ddl.alter(table, "DROP CONSTRAINT IF EXISTS \(helper)")
        var promise = step("require_not_null", table, object: column, .accessExclusive)
        promise.up = dropHelper + ";\n" + ddl.alter(table, "ADD CONSTRAINT \(helper) CHECK (\(column) IS NOT NULL) NOT VALID")
        promise.down = dropHelper
        promise.precheck = Precheck(
            query:
                "SELECT \(liveKey(table)) FROM \(live(table)) WHERE \(liveColumn(table, column)) IS NULL LIMIT \(Precheck.limit)",
            reason: .nullValues, object: promise.objects[0])
        append(promise, to: .constraints, change)

        var validation = step("validate_not_null", table, object: column, .shareUpdateExclusive)
        validation.phase = .validate
        validation.up = ddl.alter(table, "VALIDATE CONSTRAINT \(helper)")
        append(validation, to: .validations, change)

        var finish = step("set_not_null", table, object: column, .accessExclusive)
        finish.phase = .finish
        finish.up = ddl.alter(table, "ALTER COLUMN \(column) SET NOT NULL") + ";\n" + dropHelper
        finish.down = ddl.alter(table, "ALTER COLUMN \(column) DROP NOT NULL")
        append(finish, to: .finish, change)
    }

    mutating func dropNotNull(_ table: SQLIdentifier, _ column: SQLIdentifier, _ change: SchemaChange) {
        var step = step("drop_not_null", table, object: column, .accessExclusive)
        step.up = ddl.alter(table, "ALTER COLUMN \(column) DROP NOT NULL")
        step.down = ddl.alter(table, "ALTER COLUMN \(column) SET NOT NULL")
        step.hazards.append(.banDropNotNull)
        append(step, to: .alterations, change)
    }

    mutating func setComment(_ table: SQLIdentifier, _ column: SQLIdentifier, _ from: String?, _ to: String?, _ change: SchemaChange) {
        var step = step("set_comment", table, object: column, .shareUpdateExclusive)
        step.up = ddl.comment(to, on: column, of: table)
        step.down = ddl.comment(from, on: column, of: table)
        append(step, to: .comments, change)
    }
}

extension ColumnModel {
    /// Adding it fills every row with a value of its own.
    var needsRewrite: Bool {
        if generated != nil { return true }
        return switch `default` {
        case nil: false
        case .sequence, .identity: true
        case .expression(let expression): !DefaultText.isStable(expression.text)
        }
    }
}

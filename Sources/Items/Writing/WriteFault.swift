import AccessControl
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// What PostgreSQL refuses of a write, in the words of the wire (contract/items.md, 1.8).
struct WriteFault {
    let collection: Collection
    let schema: SchemaSnapshot
    let access: EffectiveAccess
    /// As it came, for the value told.
    let payload: JSONObject

    private static let unfit = WireError.invalidPayload("A value can't be stored in its field")

    /// - Returns: a `WireError` where the payload is at fault, else the error as it is.
    func error(_ error: any Error) -> any Error {
        guard let error = error as? PostgresError else { return error }
        if case .invalidBind = error { return WriteFault.unfit }
        guard let fault = error.fault else { return error }
        switch fault.sqlState {
        case .uniqueViolation: return unique(fault)
        case .foreignKeyViolation: return foreignKey(fault)
        case .notNullViolation:
            let field = fault.column ?? ""
            return WireError(
                .notNullViolation, message: "Value for field \"\(field)\" in collection \"\(collection.name)\" can't be null.",
                extensions: [("collection", .string(collection.name.text)), ("field", .string(field))])
        case .stringTooLong: return tooLong()
        case .numericOutOfRange: return outOfRange()
        case .checkViolation, .exclusionViolation:
            // Names of constraints are made of names of fields.
            let name = access.isAdmin ? fault.constraint.map { "\"\($0)\"" } : nil
            return WireError.invalidPayload("A value violates \(name ?? "a constraint")")
        default: break
        }
        // PostGIS has no state of its own for shapes that it can't read.
        let isShape = fault.sqlState == .internalError && collection.hasShapes
        if fault.sqlState.errorClass == "22" || fault.sqlState == "428C9" || isShape {
            return WriteFault.unfit
        }
        return error
    }

    private func located(_ code: ErrorCode, field: String, _ sentence: (String) -> String) -> WireError {
        var extensions: [(key: String, value: JSONValue)] = [("collection", .string(collection.name.text)), ("field", .string(field))]
        var value = ""
        // Presets stand in it too, and may say what the caller can't see.
        if let given = payload[field], isKnown(field) {
            extensions.append(("value", given))
            value = "\"\(ValueText.text(given) ?? "null")\" "
        }
        return WireError(code, message: sentence(value), extensions: extensions)
    }

    private func isReadable(_ field: String) -> Bool {
        access.isAdmin || access.access(to: collection.name, for: .read)?.fields.contains(FieldName(field)) == true
    }

    /// The caller reads or writes it.
    private func isKnown(_ field: String) -> Bool {
        access.isAdmin
            || [.read, .create, .update].contains { access.access(to: collection.name, for: $0)?.fields.contains(FieldName(field)) == true }
    }

    private func unique(_ fault: ServerFault) -> any Error {
        notUnique(ConstraintNames.uniqueField(fault.constraint, detail: fault.detail, of: collection))
    }

    /// Of a field that the caller can't read nothing is told (attack B8).
    /// - Returns: `UniqueConflict` where it depends on the row that has the value.
    func notUnique(_ field: String) -> any Error {
        let kept = WireError.invalidPayload("A value is not unique")
        guard isReadable(field) else { return kept }
        let told = located(.recordNotUnique, field: field) {
            "Value \($0)for field \"\(field)\" in collection \"\(collection.name)\" has to be unique."
        }
        return maySeeWhose(field) ? told : UniqueConflict(told: told, kept: kept, collection: collection, field: field, value: payload[field])
    }

    private func maySeeWhose(_ field: String) -> Bool {
        // Recorded: an address that is taken is told to whoever changes their own; that it is refused says as much.
        if access.isAdmin || (collection.has(.users) && field == "email") { return true }
        guard !collection.tellsOfItems, let cases = access.access(to: collection.name, for: .read)?.cases else { return false }
        return cases.contains { $0.rule == nil && $0.fields.contains(FieldName(field)) }
    }

    private func foreignKey(_ fault: ServerFault) -> WireError {
        let field = ConstraintNames.foreignKeyField(fault.constraint, in: schema, of: collection)
        // A row of another collection that points here, by a field that the caller may not know of.
        if !access.isAdmin, let other = ConstraintNames.pointing(fault.constraint, in: schema, at: collection),
            access.access(to: other.manyCollection, for: .read)?.fields.contains(other.manyField) != true
        {
            return .invalidPayload("The item is in use")
        }
        return located(.invalidForeignKey, field: field) {
            "Invalid foreign key \($0)for field \"\(field)\" in collection \"\(collection.name)\"."
        }
    }

    private func tooLong() -> WireError {
        let field = collection.fields.first { field in
            guard let length = field.column?.maxLength, let value = payload[field.name.text], let text = ValueText.text(value) else { return false }
            return text.unicodeScalars.count > length
        }
        guard let name = field?.name.text else { return WriteFault.unfit }
        return located(.valueTooLong, field: name) { "Value \($0)for field \"\(name)\" in collection \"\(collection.name)\" is too long." }
    }

    private func outOfRange() -> WireError {
        let field = collection.fields.first { field in
            guard let value = payload[field.name.text], let text = ValueText.number(value) else { return false }
            switch field.bindType {
            case .integer: return Int32(text) == nil
            case .smallint: return Int16(text) == nil
            case .bigint: return Int64(text) == nil
            case .real: return Float(text).map { !$0.isFinite || ($0 == 0 && text != "0") } ?? true
            case .numeric:
                guard let precision = field.column?.precision, let number = Double(text) else { return false }
                return whole(number) > precision - (field.column?.scale ?? 0)
            default: return false
            }
        }
        guard let name = field?.name.text else { return WriteFault.unfit }
        return located(.valueOutOfRange, field: name) {
            "Numeric value \($0)for field \"\(name)\" in collection \"\(collection.name)\" is out of range."
        }
    }

    /// Digits before the point.
    private func whole(_ number: Double) -> Int {
        var digits = 0
        var rest = abs(number).rounded()
        while rest >= 1, digits < 400 {
            rest /= 10
            digits += 1
        }
        return digits
    }
}

/// From a constraint's name to the fields it is about.
enum ConstraintNames {
    static func uniqueField(_ constraint: String?, detail: String?, of collection: Collection) -> String {
        let table = collection.table?.name ?? collection.name.text
        if constraint == "\(table)_pkey" { return collection.primaryKey.text }
        for field in collection.fields where field.column?.isUnique == true {
            if constraint == "\(table)_\(field.name)_unique" || constraint == "\(table)_\(field.name)_key" { return field.name.text }
        }
        for index in collection.indexes where index.name != nil && index.name == constraint {
            return index.fields.map(\.text).joined(separator: ", ")
        }
        // The server's own list of the key's columns: `Key (a, b)=(…) already exists.`
        guard let detail, let open = detail.firstIndex(of: "("), let close = detail.range(of: ")=(") else { return "" }
        return detail[detail.index(after: open)..<close].split(separator: ",").map { part in
            String(part.filter { $0 != "\"" && $0 != " " })
        }.joined(separator: ", ")
    }

    /// The relation from elsewhere that the constraint is of; nil where it is the collection's own.
    static func pointing(_ constraint: String?, in schema: SchemaSnapshot, at collection: Collection) -> Relation? {
        let all = schema.relations.filter { $0.foreignKey?.constraintName == constraint }
        return all.contains { $0.manyCollection == collection.name } ? nil : all.first
    }

    static func foreignKeyField(_ constraint: String?, in schema: SchemaSnapshot, of collection: Collection) -> String {
        if let known = schema.relations.first(where: { $0.foreignKey?.constraintName == constraint && $0.manyCollection == collection.name }) {
            return known.manyField.text
        }
        return schema.relations.first { $0.foreignKey?.constraintName == constraint }?.manyField.text ?? ""
    }
}

extension String {
    /// Where a text begins; nil when it isn't there.
    fileprivate func range(of needle: String) -> Index? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(needle) { return at }
            at = index(after: at)
        }
        return nil
    }
}
